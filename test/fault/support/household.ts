// The data folder that the tests of crashes start from, what there is to see in it, and what they do to it.

import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningRelay } from '../../../relay/server.ts'
import { startRelay } from '../../../relay/server.ts'
import { toHex } from '../../../src/protocol/bytes.ts'
import { envelopeId } from '../../../src/protocol/mailbox/capability.ts'
import type { MailboxCommand } from '../../../src/protocol/mailbox/command.ts'
import { blobUrl, postCommand, postCommands, putSegment } from '../../relay/support/http-client.ts'
import { bytesOf, mailboxKeys } from '../../relay/support/relay.ts'

export const dayMs = 24 * 60 * 60 * 1000
const [home, other] = [mailboxKeys(1), mailboxKeys(2)]
const envelope = (fill: number): Uint8Array => bytesOf(4096, fill)
const idOf = (fill: number): Uint8Array => envelopeId(envelope(fill))
const blobs = { old: bytesOf(32, 1), new: bytesOf(32, 2) }
const segmentBytes = 20_000

/** A relay in this process, on a folder. */
export function openRelay(dataDirectory: string, nowMs = Date.now()): Promise<RunningRelay> {
  return startRelay({
    port: 0,
    host: '127.0.0.1',
    dataDirectory,
    logLevel: 'silent',
    maxDiskBytes: 1e9,
    now: () => nowMs,
    monotonicNow: () => 0,
  })
}

/** Envelopes 1 to 3 were put 25 days ago, envelope 4 and all else today: a blob whose first segment is there, a bundle. */
export async function makeHousehold(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'safelight-steps-'))
  for (const ageMs of [25 * dayMs, 0]) {
    const relay = await openRelay(folder, Date.now() - ageMs)
    const url = relay.url
    if (ageMs > 0) {
      for (const { readKey } of [home, other]) await postCommand(url, { kind: 'open', readKey, tier: 'contact' })
      await run(url, { kind: 'put', writeKey: home.writeKey, envelopes: [1, 2, 3].map(envelope) })
    } else {
      await segment(url, blobs.old, 0)
      await run(url, { kind: 'put', writeKey: home.writeKey, envelopes: [envelope(4)] })
      await run(url, { kind: 'put', writeKey: other.writeKey, envelopes: [envelope(9)] })
      const oneTime = [bytesOf(50, 1), bytesOf(50, 2)]
      await run(url, { kind: 'bundle.put', readKey: home.readKey, main: bytesOf(90, 1), oneTime })
    }
    await relay.stop()
  }
  return folder
}

/** Throws unless it was answered as done. */
async function run(url: string, ...commands: readonly MailboxCommand[]): Promise<void> {
  for (const reply of await postCommands(url, ...commands))
    if (reply.kind === 'error') throw new Error(`refused: ${reply.code}`)
}

async function segment(url: string, blobId: Uint8Array, index: number): Promise<void> {
  const bytes = bytesOf(segmentBytes, index + 1)
  const put = { blobId, segment: index, segments: 2, writeKey: home.writeKey, bytes }
  const { status } = await putSegment(url, put)
  if (status !== 204) throw new Error(`refused: ${status}`)
}

/** Each can be repeated. */
export const deeds: Readonly<Record<string, (url: string) => Promise<void>>> = {
  'a put': (url) => run(url, { kind: 'put', writeKey: home.writeKey, envelopes: [envelope(5), envelope(6)] }),
  'an acknowledgement': (url) => run(url, { kind: 'ack', readKey: home.readKey, ids: [idOf(4)] }),
  'an acknowledgement of several': (url) => run(url, { kind: 'ack', readKey: home.readKey, ids: [1, 2, 3].map(idOf) }),
  'a batch of commands': (url) =>
    run(
      url,
      { kind: 'open', readKey: mailboxKeys(3).readKey, tier: 'invite' },
      { kind: 'put', writeKey: mailboxKeys(3).writeKey, envelopes: [envelope(7)] },
      { kind: 'ack', readKey: home.readKey, ids: [idOf(4)] },
    ),
  'the first segment of a blob': (url) => segment(url, blobs.new, 0),
  'a further segment of a blob': (url) => segment(url, blobs.old, 1),
  'a new bundle': (url) =>
    run(url, { kind: 'bundle.put', readKey: home.readKey, main: bytesOf(80, 3), oneTime: [bytesOf(60, 3)] }),
  'the taking of a bundle': (url) => run(url, { kind: 'bundle.take', writeKey: home.writeKey, takeId: bytesOf(16, 1) }),
  'the closing of a mailbox': (url) => run(url, { kind: 'close', readKey: other.readKey }),
  'the closing of a full mailbox': (url) => run(url, { kind: 'close', readKey: home.readKey }),
}

/** What people see of it: envelopes by their first byte, segments by the status and length of their answer. */
export async function sightsOf(url: string): Promise<Readonly<Record<string, unknown>>> {
  const letters = async (seed: number): Promise<string> => {
    const { readKey } = mailboxKeys(seed)
    const reply = await postCommand(url, { kind: 'fetch', readKey, after: 0, limit: 100 })
    if (reply.kind !== 'envelopes') return reply.kind === 'error' ? reply.code : reply.kind
    return reply.items
      .map(({ id, bytes }) => (toHex(id) === toHex(envelopeId(bytes)) && bytes.length === 4096 ? bytes[0] : 'broken'))
      .join(' ')
  }
  const picture = async (blobId: Uint8Array, index: number): Promise<string> => {
    const response = await fetch(blobUrl(url, blobId, index))
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (response.status !== 200) return String(response.status)
    return bytes.length === segmentBytes && bytes.every((byte) => byte === index + 1) ? 'whole' : 'broken'
  }
  const pool = await postCommand(url, { kind: 'bundle.count', readKey: home.readKey })
  return {
    home: await letters(1),
    other: await letters(2),
    third: await letters(3),
    old: [await picture(blobs.old, 0), await picture(blobs.old, 1)],
    new: await picture(blobs.new, 0),
    pool: pool.kind === 'pool' ? pool.oneTime : pool.kind,
  }
}
