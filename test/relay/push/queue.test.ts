// Which pushes wait for which: services that hang, named and not.

import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../relay/limits.ts'
import { knownPushHosts } from '../../../relay/push/endpoint-rule.ts'
import type { EndpointRule } from '../../../relay/push/endpoint-rule.ts'
import { createPushQueue } from '../../../relay/push/queue.ts'

/** A queue whose pushes never end. */
function hanging(hosts: EndpointRule['hosts']) {
  const queue = createPushQueue({ rule: { hosts, allowLoopback: false }, limits: defaultLimits })
  const running = new Map<string, number>()
  return {
    /** How many of so many pushes to a host are sent. */
    push(host: string, count = 100): number {
      for (let index = 0; index < count; index += 1)
        queue.add(`https://${host}/${index}`, () => {
          running.set(host, (running.get(host) ?? 0) + 1)
          return new Promise(() => undefined)
        })
      return running.get(host) ?? 0
    },
  }
}

describe('a service that hangs', () => {
  it('leaves the others their share, however many of them hang', () => {
    const { push } = hanging(knownPushHosts)
    expect(push('fcm.googleapis.com')).toBe(16)
    expect(push('updates.push.services.mozilla.com')).toBe(16)
    expect(push('web.push.apple.com')).toBe(16)
    expect(push('wns2-par02p.notify.windows.com')).toBe(16)
  })

  it('has one share under all its names', () => {
    const { push } = hanging(knownPushHosts)
    expect(push('wns2-par02p.notify.windows.com')).toBe(16)
    expect(push('wns2-am3p.notify.windows.com')).toBe(0)
  })

  it('may take what is good for one when it is the only one', () => {
    expect(hanging(['push.example']).push('push.example')).toBe(32)
  })

  it('is not waited for by services that are named when it is not, whatever it is called', () => {
    const { push } = hanging('any')
    let sent = 0
    for (let name = 0; name < 100; name += 1) sent += push(`name-${name}.slow.example`)
    expect(sent).toBe(16)
    expect(push('fcm.googleapis.com')).toBe(16)
    expect(push('web.push.apple.com')).toBe(16)
  })

  it('leaves room to others that people chose, as long as it has few names', () => {
    const { push } = hanging('any')
    expect([push('slow.example'), push('slower.example')]).toEqual([2, 2])
    expect(push('push.example', 1)).toBe(1)
  })
})
