// The files of a store that held much and holds little.

import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RelayStore } from '../../../relay/storage/store.ts'
import { openSqliteStore } from '../../../relay/storage/sqlite/open.ts'
import { bytesOf } from '../support/relay.ts'

const mebibyte = 1024 * 1024
const mailboxId = bytesOf(32, 1)
const bounds = { envelopes: 10_000, bytes: 1e9 }

let directory: string
let store: RelayStore
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'safelight-compact-'))
  store = openSqliteStore(directory, { jobsPerCommit: 512 })
  await store.mailboxes.open(mailboxId, { tier: 'contact', nowMs: 0, admit: () => undefined })
})
afterEach(async () => {
  await store.close()
  await rm(directory, { recursive: true })
})

const sizeOf = async (name: string): Promise<number> => (await stat(join(directory, name))).size
const idOf = (number: number): Uint8Array => {
  const id = bytesOf(32, 0)
  new DataView(id.buffer).setUint32(0, number)
  return id
}
const put = (from: number, count: number) =>
  store.mailboxes.put(
    mailboxId,
    Array.from({ length: count }, (_, index) => ({ id: idOf(from + index), bytes: bytesOf(65_536, from + index) })),
    { nowMs: 0, untilMs: 1, bounds: { contact: bounds, invite: bounds }, admit: () => undefined },
  )
const ackAll = (count: number) =>
  store.mailboxes.ack(
    mailboxId,
    Array.from({ length: count }, (_, index) => idOf(index)),
    { nowMs: 0 },
  )

it('gives the room of what was removed back to the file system, and lets puts through meanwhile', async () => {
  for (let from = 0; from < 640; from += 64) await put(from, 64)
  await ackAll(640)
  expect(await sizeOf('relay.sqlite')).toBeGreaterThan(40 * mebibyte)
  let portions = 0
  let portionsAtPut = 0
  let putting: Promise<void> | undefined
  for (let more = true; more; portions++) {
    more = await store.compact()
    putting ??= put(1000, 1).then(() => {
      portionsAtPut = portions
    })
  }
  await putting
  expect(portionsAtPut).toBeLessThan(portions / 2)
  // What will soon be used again is kept.
  expect(await sizeOf('relay.sqlite')).toBeLessThan(18 * mebibyte)
  expect(await sizeOf('relay.sqlite')).toBeGreaterThan(12 * mebibyte)
  expect(await store.compact()).toBe(false)
  const budget = { bytes: 1e6, envelopes: 10 }
  expect(await store.mailboxes.fetch(mailboxId, { after: 0, limit: 10, nowMs: 0, budget })).toMatchObject({
    items: [{ id: idOf(1000) }],
  })
})

it('leaves a store alone in which little is free', async () => {
  await put(0, 64)
  await ackAll(64)
  const before = await sizeOf('relay.sqlite-wal')
  expect(await store.compact()).toBe(false)
  expect(await sizeOf('relay.sqlite-wal')).toBe(before)
})

it('does not keep the journal as long as the largest transaction made it', async () => {
  await Promise.all([0, 64, 128, 192, 256].map((from) => put(from, 64)))
  expect(await sizeOf('relay.sqlite-wal')).toBeGreaterThan(16 * mebibyte)
  for (let round = 0; round < 3; round++) await store.check()
  expect(await sizeOf('relay.sqlite-wal')).toBeLessThanOrEqual(8 * mebibyte)
})
