// Envelopes put by many clients and stored with fsync, against bare SQLite that inserts the same rows.

import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { decodeResponse, encodeRequest } from '../../../src/protocol/mailbox/codec.ts'
import type { MailboxCommand, MailboxReply } from '../../../src/protocol/mailbox/command.ts'
import { mailboxKeys } from '../../relay/support/relay.ts'

const batch = 64
const envelopeBytes = 4096
const clients = 32

/** Random and made before the clock runs: the relay sees no two that are equal. */
export function envelopes(count: number): readonly Uint8Array[] {
  const all = randomBytes(count * envelopeBytes)
  return Array.from({ length: count }, (_, index) => all.subarray(index * envelopeBytes, (index + 1) * envelopeBytes))
}

/** Rows a second, in transactions of as many rows as the relay gets in a put. */
export function bareInserts(rows: readonly Uint8Array[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'safelight-bare-'))
  const database = new DatabaseSync(join(folder, 'bare.sqlite'))
  try {
    database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE envelope (key INTEGER PRIMARY KEY, mailbox INTEGER NOT NULL, sequence INTEGER NOT NULL, id BLOB NOT NULL,
        until INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE (mailbox, sequence), UNIQUE (mailbox, id));
      CREATE INDEX envelope_until ON envelope (until);
    `)
    const insert = database.prepare('INSERT INTO envelope (mailbox, sequence, id, until, bytes) VALUES (?, ?, ?, ?, ?)')
    const ids = rows.map((row) => createHash('sha256').update(row).digest())
    const from = performance.now()
    for (let first = 0; first < rows.length; first += batch) {
      database.exec('BEGIN IMMEDIATE')
      for (let index = first; index < Math.min(first + batch, rows.length); index++)
        insert.run((first / batch) % clients, index, ids[index] ?? null, 1, rows[index] ?? null)
      database.exec('COMMIT')
    }
    return (rows.length / (performance.now() - from)) * 1000
  } finally {
    database.close()
    rmSync(folder, { recursive: true })
  }
}

/** Rows a second, over HTTP, each client with a mailbox of its own and one request on the way. */
export async function relayPuts(url: string, rows: readonly Uint8Array[]): Promise<number> {
  const boxes = Array.from({ length: clients }, (_, index) => mailboxKeys(index + 1))
  await call(
    url,
    boxes.map(({ readKey }) => ({ kind: 'open', readKey, tier: 'contact' })),
  )
  const bodies: Uint8Array<ArrayBuffer>[][] = boxes.map(() => [])
  for (let first = 0; first < rows.length; first += batch) {
    const client = (first / batch) % clients
    const writeKey = boxes[client]?.writeKey ?? new Uint8Array(32)
    const put: MailboxCommand = { kind: 'put', writeKey, envelopes: rows.slice(first, first + batch) }
    bodies[client]?.push(Uint8Array.from(encodeRequest({ id: 1, commands: [put] })))
  }
  const from = performance.now()
  await Promise.all(
    bodies.map(async (own) => {
      for (const body of own) expectKind(await post(url, body), 'stored')
    }),
  )
  return (rows.length / (performance.now() - from)) * 1000
}

/** Fetches of empty mailboxes a second. */
export async function emptyFetches(url: string, requests: number): Promise<number> {
  const { readKey } = mailboxKeys(200)
  await call(url, [{ kind: 'open', readKey, tier: 'contact' }])
  const perRequest = 64
  const fetches = Array.from({ length: perRequest }, (): MailboxCommand => ({
    kind: 'fetch',
    readKey,
    after: 0,
    limit: 100,
  }))
  const body = Uint8Array.from(encodeRequest({ id: 1, commands: fetches }))
  const from = performance.now()
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let index = 0; index < requests / 4; index++) expectKind(await post(url, body), 'envelopes')
    }),
  )
  return ((requests * perRequest) / (performance.now() - from)) * 1000
}

async function post(url: string, body: Uint8Array<ArrayBuffer>): Promise<readonly MailboxReply[]> {
  const response = await fetch(`${url}/v1/mailbox`, { method: 'POST', body })
  return decodeResponse(new Uint8Array(await response.arrayBuffer()))?.replies ?? []
}

async function call(url: string, commands: readonly MailboxCommand[]): Promise<void> {
  expectKind(await post(url, Uint8Array.from(encodeRequest({ id: 1, commands }))), 'ok')
}

function expectKind(replies: readonly MailboxReply[], kind: MailboxReply['kind']): void {
  if (replies.length === 0 || replies.some((reply) => reply.kind !== kind))
    throw new Error(`the relay answered ${replies[0]?.kind ?? 'nothing'} instead of ${kind}`)
}
