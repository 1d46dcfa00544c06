// A relay is killed at some moment of a storm of puts, acknowledgements, segments, sweeps and backups, again and again on
// the same folder. What it answered must be true afterwards; what it did not answer may be either way, but whole.

import { randomBytes, randomInt } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { callRelay } from '../../relay/admin/client.ts'
import { restoreBackup } from '../../relay/backup/restore.ts'
import { envelopeId } from '../../src/protocol/mailbox/capability.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { blobUrl, postCommand, postCommands, putSegment } from '../relay/support/http-client.ts'
import { mailboxKeys } from '../relay/support/relay.ts'
import { isLong } from '../support/long.ts'
import type { RelayProcess } from '../support/relay-process.ts'
import { startRelayProcess } from '../support/relay-process.ts'

const rounds = isLong ? 100 : 5
/** Answers after which the process dies, at most: about half of those of a storm. */
const answersBeforeDeath = 60
const segmentsPerBlob = 8

let scratch: string
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'safelight-kill-'))
})
afterEach(() => rm(scratch, { recursive: true, force: true }))

/** What the relay has said, and so must keep. */
interface Promised {
  /** Envelope ids, hex, and their bytes. */
  readonly stored: Map<string, Uint8Array>
  /** Said or not: it was asked to delete them. */
  readonly acknowledged: Map<string, 'asked' | 'answered'>
  /** Blob id, hex, to the segments that were answered 204. */
  readonly segments: Map<string, Map<number, Uint8Array>>
}

const { readKey, writeKey } = mailboxKeys(1)

async function storm(relay: RelayProcess, promised: Promised, round: number): Promise<void> {
  let left = randomInt(1, answersBeforeDeath)
  const answered = (): void => {
    if (--left === 0) void relay.kill('SIGKILL')
  }
  // Every request may fail: the relay is dying.
  const attempt = async <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined)

  const puts = Array.from({ length: 40 }, async () => {
    const envelopes = Array.from({ length: randomInt(1, 4) }, () => new Uint8Array(randomBytes(4096)))
    const reply = await attempt(postCommand(relay.url, { kind: 'put', writeKey, envelopes }))
    if (reply?.kind !== 'stored') return
    for (const bytes of envelopes) promised.stored.set(toHex(envelopeId(bytes)), bytes)
    answered()
    if (randomInt(3) > 0) return
    const [first] = envelopes
    if (first === undefined) return
    const id = toHex(envelopeId(first))
    promised.acknowledged.set(id, 'asked')
    const ack = await attempt(postCommand(relay.url, { kind: 'ack', readKey, ids: [envelopeId(first)] }))
    if (ack?.kind === 'ok') promised.acknowledged.set(id, 'answered')
    answered()
  })
  const blobId = new Uint8Array(randomBytes(32))
  const known = new Map<number, Uint8Array>()
  promised.segments.set(toHex(blobId), known)
  const segments = Array.from({ length: segmentsPerBlob }, async (_, segment) => {
    const bytes = new Uint8Array(randomBytes(50_000))
    const put = { blobId, segment, segments: segmentsPerBlob, writeKey, bytes }
    const response = await attempt(putSegment(relay.url, put))
    if (response?.status === 204) known.set(segment, bytes)
    answered()
  })
  const backup = attempt(callRelay(relay.dataFolder, 'backup', { target: join(scratch, `backup-${round}`) }))
  await Promise.all([...puts, ...segments, backup])
  await relay.kill('SIGKILL')
}

async function check(url: string, promised: Promised): Promise<void> {
  const kept = new Map<string, Uint8Array>()
  for (let after = 0, more = true; more;) {
    const reply = await postCommand(url, { kind: 'fetch', readKey, after, limit: 1000 })
    if (reply.kind !== 'envelopes') throw new Error(reply.kind)
    for (const { sequence, bytes } of reply.items) {
      kept.set(toHex(envelopeId(bytes)), bytes)
      after = sequence
    }
    more = reply.more
  }
  for (const bytes of kept.values()) expect(bytes).toHaveLength(4096)
  const lost = [...promised.stored.keys()].filter((id) => !kept.has(id) && !promised.acknowledged.has(id))
  expect(lost).toEqual([])
  const back = [...promised.acknowledged].filter(([id, state]) => state === 'answered' && kept.has(id))
  expect(back).toEqual([])

  for (const [blob, segments] of promised.segments) {
    const blobId = Uint8Array.from(Buffer.from(blob, 'hex'))
    for (let segment = 0; segment < segmentsPerBlob; segment++) {
      const response = await fetch(blobUrl(url, blobId, segment))
      const bytes = new Uint8Array(await response.arrayBuffer())
      const expected = segments.get(segment)
      // Never half a segment, and never one that was promised and is gone.
      expect(response.status === 200 ? bytes.length : 0).toBe(response.status === 200 ? 50_000 : 0)
      expect(expected === undefined || Buffer.from(expected).equals(bytes)).toBe(true)
    }
  }
}

it('keeps every promise, however often it is killed', async () => {
  const configPath = join(scratch, 'relay.toml')
  await writeFile(configPath, '[limits]\nmailbox-envelopes = 100000\nmailbox-bytes = "2G"\nsweep-time = "50ms"\n')
  const promised: Promised = { stored: new Map(), acknowledged: new Map(), segments: new Map() }
  await using relay = await startRelayProcess({ env: { SAFELIGHT_CONFIG: configPath } })
  await postCommands(relay.url, { kind: 'open', readKey, tier: 'contact' })
  for (let round = 0; round < rounds; round++) {
    await storm(relay, promised, round)
    await relay.restart()
    await check(relay.url, promised)
  }
  expect(promised.stored.size).toBeGreaterThan(rounds)
  await relay.kill('SIGTERM')

  // A backup is whole, or is not taken for one.
  for (let round = 0; round < rounds; round++) {
    const source = join(scratch, `backup-${round}`)
    const names: readonly string[] = await readdir(source).catch(() => [])
    const restored = restoreBackup({ source, dataDirectory: join(scratch, `restored-${round}`) }).then(
      () => true,
      () => false,
    )
    expect(await restored).toBe(names.includes('backup.json'))
  }
}, 600_000)
