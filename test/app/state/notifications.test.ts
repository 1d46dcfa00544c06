// Switching notifications on, and keeping the subscription what the relay knows.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { signal } from '@preact/signals'
import type { AppEvent } from '../../../src/app/state/calls.ts'
import type { ProfileView, PushTarget, PushView } from '../../../src/messenger/api.ts'
import type { NotifyModel } from '../../../src/app/state/notifications.ts'
import { keepNotified, switchOff, switchOn } from '../../../src/app/state/notifications.ts'
import type { PushAccess } from '../../../src/app/state/push-access.ts'
import { messageView } from '../../support/message-view.ts'

afterEach(() => void vi.unstubAllGlobals())

function browser(options: {
  permission?: NotificationPermission
  answer?: NotificationPermission
  relayKey?: string | undefined
  current?: PushTarget
  service?: boolean
}) {
  const { answer = 'granted', service = true } = options
  let permission = options.permission ?? 'default'
  let current = options.current
  const relayKey = 'relayKey' in options ? options.relayKey : 'key'
  const did: string[] = []
  const access: PushAccess = {
    permission: () => permission,
    async ask() {
      did.push('ask')
      permission = answer
      return answer
    },
    current: async () => current,
    async subscribe(key) {
      if (!service) throw new DOMException('push service error', 'AbortError')
      did.push(`subscribe ${key}`)
      current = { endpoint: `https://push.example/${key}`, key }
      return current
    },
    async unsubscribe() {
      did.push('unsubscribe')
      current = undefined
    },
    arrived: async () => undefined,
    clear: async () => undefined,
  }
  const calls = {
    pushKey: async () => relayKey,
    enablePush: async ({ endpoint, key }: PushTarget) => void did.push(`enable ${endpoint} ${key}`),
    renewPush: async ({ endpoint, key }: PushTarget) => void did.push(`renew ${endpoint} ${key}`),
    disablePush: async () => void did.push('disable'),
  }
  const push = signal<PushView | undefined>({ state: 'off' })
  const model: NotifyModel = {
    calls,
    push,
    profile: signal<ProfileView>({ name: 'Ana', fingerprint: 'me' }),
    conversations: signal([]),
  }
  return { access, did, model, push }
}

describe('switching on', () => {
  it('asks the person, subscribes with the key of the relay, and tells the messenger', async () => {
    const { access, did, model } = browser({})
    expect(await switchOn(model, access)).toBeUndefined()
    expect(did).toEqual(['ask', 'subscribe key', 'enable https://push.example/key key'])
  })

  it('says why it did not work, and has changed nothing then', async () => {
    for (const [options, problem, steps] of [
      [{ permission: 'denied' }, 'blocked', []],
      [{ answer: 'denied' }, 'blocked', ['ask']],
      [{ answer: 'default' }, 'dismissed', ['ask']],
      [{ relayKey: undefined }, 'no-relay', ['ask']],
      [{ service: false }, 'no-service', ['ask']],
    ] as const) {
      const { access, did, model } = browser(options)
      expect(await switchOn(model, access)).toBe(problem)
      expect(did).toEqual(steps)
    }
  })
})

describe('switching off', () => {
  it('tells the relay first, then the push service, which may fail', async () => {
    const { access, did, model } = browser({ permission: 'granted' })
    await switchOff(model, access)
    expect(did).toEqual(['disable', 'unsubscribe'])
    await switchOff(model, { ...access, unsubscribe: () => Promise.reject(new Error('away')) })
    await switchOff(model, undefined)
    expect(did).toEqual(['disable', 'unsubscribe', 'disable', 'disable'])
  })
})

describe('a subscription', () => {
  const client = { listen: () => () => undefined }
  const kept = { endpoint: 'https://push.example/kept', key: 'key' }

  async function keep(state: PushView['state'], options: Parameters<typeof browser>[0]) {
    const parts = browser({ permission: 'granted', ...options })
    parts.push.value = { state }
    globalThis.document ??= Object.assign(new EventTarget(), { hidden: false }) as Document
    await keepNotified({ model: parts.model, push: async () => parts.access }, client)
    return parts.did
  }

  it('that is there is what the relay is told', async () => {
    for (const state of ['on', 'pending', 'refused'] as const)
      expect(await keep(state, { current: kept })).toEqual([`renew ${kept.endpoint} key`])
  })

  it('that the browser has lost, or that is for another relay, is made anew', async () => {
    expect(await keep('on', {})).toEqual(['subscribe key', 'renew https://push.example/key key'])
    expect(await keep('stale', { current: kept, relayKey: 'new' })).toEqual([
      'subscribe new',
      'renew https://push.example/new new',
    ])
  })

  it('waits for a relay that wakes nobody now, and for a push service that is away', async () => {
    expect(await keep('stale', { relayKey: undefined })).toEqual([])
    expect(await keep('on', { service: false })).toEqual([])
  })

  it('is over when the person has taken the permission back in the browser', async () => {
    for (const permission of ['denied', 'default'] as const)
      expect(await keep('on', { permission, current: kept })).toEqual(['disable'])
  })
})

describe('what comes while nobody looks', () => {
  it('is told of, unless its conversation is muted now, or it is mine', async () => {
    const { access, push, model } = browser({
      permission: 'granted',
      current: { endpoint: 'https://push.example/key', key: 'key' },
    })
    let arrived = 0
    const document = Object.assign(new EventTarget(), { hidden: true })
    vi.stubGlobal('document', document)
    const listeners: ((event: AppEvent) => void)[] = []
    const client = {
      listen(listener: (event: AppEvent) => void) {
        listeners.push(listener)
        return () => undefined
      },
    }
    push.value = { state: 'on' }
    const conversations: NotifyModel['conversations'] = signal([
      { id: 'loud', isMuted: false },
      { id: 'muted', isMuted: true },
      { id: 'muted-group', isMuted: true, groupId: 'aa' },
      { id: 'muted-for-now', isMuted: true, mutedUntil: Date.now() + 60_000 },
      { id: 'muted-until-then', isMuted: true, mutedUntil: Date.now() - 1 },
    ])
    const app = {
      model: { ...model, conversations },
      push: async () => ({ ...access, arrived: async () => void (arrived += 1) }),
    }
    // One that nobody listens with yet.
    vi.resetModules()
    const fresh = await import('../../../src/app/state/notifications.ts')
    await fresh.keepNotified(app, client)
    const come = (conversationId: string, named?: string) => {
      const before = arrived
      const mentions = named === undefined ? {} : { mentions: [{ from: 0, to: 3, fingerprint: named }] }
      const message = messageView({ conversationId, senderId: 'bo', ...mentions })
      for (const listener of listeners) listener({ kind: 'message', message })
      return arrived - before
    }
    expect(come('loud')).toBe(1)
    expect(come('unheard-of')).toBe(1)
    expect(come('muted-until-then')).toBe(1)
    expect(come('muted')).toBe(0)
    expect(come('muted-for-now')).toBe(0)
    // In a group, what names me is told of all the same; of two people, the other could never be muted.
    expect(come('muted-group')).toBe(0)
    expect(come('muted-group', 'somebody')).toBe(0)
    expect(come('muted-group', 'me')).toBe(1)
    expect(come('muted', 'me')).toBe(0)
    const mine = messageView({ conversationId: 'loud' })
    for (const listener of listeners) listener({ kind: 'message', message: mine })
    document.hidden = false
    expect(come('loud')).toBe(0)
    expect(arrived).toBe(4)
  })
})
