// How long a relay takes to start on a store with many envelopes, against the same relay with an empty one.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startBenchRelay } from './bench-relay.ts'

export async function startTimes(
  rounds: number,
  count: number,
  envelopeBytes: number,
): Promise<{ empty: number[]; full: number[] }> {
  await using empty = await startBenchRelay()
  await using full = await startBenchRelay()
  await full.stop()
  await empty.stop()
  fill(join(full.dataFolder, 'relay.sqlite'), count, envelopeBytes)
  const times: { empty: number[]; full: number[] } = { empty: [], full: [] }
  for (let round = 0; round < rounds; round++) {
    times.empty.push(await empty.restart())
    await empty.stop()
    times.full.push(await full.restart())
    await full.stop()
  }
  return times
}

/** In 1,000 mailboxes, as a community of some hundred people would have them. */
function fill(path: string, count: number, envelopeBytes: number): void {
  using database = new DatabaseSync(path)
  const until = Date.now() + 30 * 24 * 60 * 60 * 1000
  const mailbox = database.prepare(
    'INSERT INTO mailbox (id, tier, newest, envelopes, bytes, seen_day) VALUES (?, 0, ?, ?, ?, ?)',
  )
  const envelope = database.prepare('INSERT INTO envelope (mailbox, sequence, id, until, bytes) VALUES (?, ?, ?, ?, ?)')
  const each = Math.ceil(count / 1000)
  database.exec('BEGIN')
  for (let key = 1; key <= 1000; key++) {
    const { lastInsertRowid } = mailbox.run(
      randomBytes(32),
      each,
      each,
      each * envelopeBytes,
      Math.floor(Date.now() / 86_400_000),
    )
    for (let index = 1; index <= each; index++)
      envelope.run(lastInsertRowid, index, randomBytes(32), until, Buffer.alloc(envelopeBytes, index))
  }
  database.exec(`UPDATE usage SET mailbox_bytes = ${count * (envelopeBytes + 256)}; COMMIT`)
}
