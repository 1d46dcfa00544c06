import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { callRunningRelay } from '../../relay/admin/client.ts'
import { defaultLimits } from '../../relay/limits.ts'
import { createReadiness } from '../../relay/readiness.ts'
import { envelopeId } from '../../src/protocol/mailbox/capability.ts'
import { postCommand } from './support/http-client.ts'
import { runCommand } from './support/command-line.ts'
import type { TestRelay } from './support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'

const { readKey, writeKey } = mailboxKeys(1)

async function readyz(relay: TestRelay): Promise<readonly [number, string]> {
  const response = await fetch(`${relay.url}/readyz`)
  return [response.status, await response.text()]
}

describe('a relay', () => {
  it('that may keep no more says so wherever it is asked, until there is room again', async () => {
    await using relay = await createTestRelay({ maxDiskBytes: 120_000 })
    expect(await readyz(relay)).toEqual([200, 'ready\n'])
    await postCommand(relay.url, { kind: 'open', readKey, tier: 'contact' })
    const envelope = bytesOf(60_000, 1)
    await postCommand(relay.url, { kind: 'put', writeKey, envelopes: [envelope] })
    expect(await postCommand(relay.url, { kind: 'put', writeKey, envelopes: [bytesOf(60_000, 2)] })).toMatchObject({
      code: 'relay-full',
    })
    const [status, text] = await readyz(relay)
    expect([status, text]).toEqual([503, expect.stringContaining('max-disk')])
    const { ready } = await callRunningRelay(relay.dataDirectory, 'status')
    expect(`not ready: ${String(ready)}\n`).toBe(text)
    const doctor = await runCommand('doctor', '--data', relay.dataDirectory)
    expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/^PROBLEM Ready: .*max-disk/m)])
    // It lives, and gives out what it has, which makes room.
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200)
    await postCommand(relay.url, { kind: 'ack', readKey, ids: [envelopeId(envelope)] })
    expect(await readyz(relay)).toEqual([200, 'ready\n'])
  })

  it('says that it is full when the disk limit refuses, whatever the books say', async () => {
    let holdsBytes = 1e9
    const readiness = createReadiness({
      store: { check: () => Promise.resolve() },
      disk: { couldHold: (bytes) => bytes <= holdsBytes },
      limits: { ...defaultLimits, freeBytes: 0 },
      dataDirectory: tmpdir(),
    })
    expect(await readiness()).toBeUndefined()
    holdsBytes = defaultLimits.envelopeBytes
    expect(await readiness()).toContain('max-disk')
  })

  it('on a disk with nothing to spare says that', async () => {
    await using relay = await createTestRelay({ limits: { freeBytes: 1e18 } })
    expect(await readyz(relay)).toEqual([503, expect.stringContaining('The disk has nothing to spare')])
  })
})
