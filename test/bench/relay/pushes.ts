// From a put to the push at a subscriber, against the round trip of a bare WebSocket under the same load, whose server is in
// a process of its own like the relay; and what a durable commit of the same row takes, which a push waits for.

import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { connectPeer } from '../../relay/support/stream-client.ts'
import { mailboxKeys } from '../../relay/support/relay.ts'
import { firstLine, startProgram } from './program.ts'

const perSecond = 100
const bytes = 4096

/** Milliseconds of each. */
export async function putToPush(
  relay: { readonly port: number; readonly peerId: string },
  count: number,
): Promise<readonly number[]> {
  await using reader = await connectPeer(relay)
  await using writer = await connectPeer(relay)
  const { readKey, writeKey } = mailboxKeys(77)
  const subscriber = await reader.open()
  const sender = await writer.open()
  await subscriber.send({ kind: 'open', readKey, tier: 'contact' }, { kind: 'subscribe', readKeys: [readKey] })
  const sentAt: number[] = []
  const took: number[] = []
  const all = (async () => {
    while (took.length < count) {
      const push = await subscriber.nextPush()
      for (const _ of push.items) took.push(performance.now() - (sentAt[took.length] ?? Number.NaN))
    }
  })()
  await atRate(count, async () => {
    sentAt.push(performance.now())
    await sender.send({ kind: 'put', writeKey, envelopes: [randomBytes(bytes)] })
  })
  await all
  return took
}

export async function bareEcho(count: number): Promise<readonly number[]> {
  const server = startProgram(new URL('echo-server.ts', import.meta.url))
  const socket = new WebSocket(`ws://127.0.0.1:${await firstLine(server)}`)
  await once(socket, 'open')
  const took: number[] = []
  await atRate(count, async () => {
    const from = performance.now()
    socket.send(randomBytes(bytes))
    await once(socket, 'message')
    took.push(performance.now() - from)
  })
  socket.close()
  server.kill('SIGKILL')
  return took
}

export async function bareCommits(count: number): Promise<readonly number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'safelight-bench-'))
  const took: number[] = []
  {
    using database = new DatabaseSync(join(folder, 'bare.sqlite'))
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE envelope (bytes BLOB)')
    const insert = database.prepare('INSERT INTO envelope VALUES (?)')
    await atRate(count, async () => {
      const from = performance.now()
      insert.run(randomBytes(bytes))
      took.push(performance.now() - from)
    })
  }
  await rm(folder, { recursive: true })
  return took
}

/** Starts the next one at its time, or at once when the one before took longer. */
async function atRate(count: number, work: () => Promise<void>): Promise<void> {
  const from = performance.now()
  for (let index = 0; index < count; index++) {
    const wait = from + (index * 1000) / perSecond - performance.now()
    if (wait > 0) await delay(wait)
    await work()
  }
}

export function percentile99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN
}
