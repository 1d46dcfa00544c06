// The sweep beside puts.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSegmentFiles } from '../../../relay/blobs/segment-files.ts'
import { defaultLimits } from '../../../relay/limits.ts'
import { createLog } from '../../../relay/log.ts'
import { openSqliteStore } from '../../../relay/storage/sqlite/open.ts'
import type { RelayStore } from '../../../relay/storage/store.ts'
import { startSweeper } from '../../../relay/sweep.ts'
import { bytesOf } from '../support/relay.ts'

const dayMs = 24 * 60 * 60 * 1000
const lateMs = 500 * dayMs
const bounds = { envelopes: 1000, bytes: 1e9 }

it('answers puts between the portions of a full mailbox that was closed, and is asked once for many', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'safelight-sweep-'))
  const store = openSqliteStore(directory, { jobsPerCommit: 512 })
  const put = (box: number, fill: number, bytes: number) =>
    store.mailboxes.put(bytesOf(32, box), [{ id: bytesOf(32, fill), bytes: bytesOf(bytes, fill) }], {
      nowMs: 0,
      untilMs: lateMs,
      bounds: { contact: bounds, invite: bounds },
      admit: () => undefined,
    })
  let portions = 0
  const answeredAfter: number[] = []
  const watched: RelayStore = {
    ...store,
    async removeClosed(limit) {
      portions += 1
      void put(9, portions, 10).then(() => answeredAfter.push(portions))
      return store.removeClosed(limit)
    },
  }
  const sweeper = startSweeper({
    store: watched,
    files: await openSegmentFiles(directory),
    limits: { ...defaultLimits, sweepRows: 10 },
    log: createLog('silent'),
    now: () => 0,
    monotonicNow: () => 0,
  })
  try {
    for (const box of [1, 9])
      await store.mailboxes.open(bytesOf(32, box), { tier: 'contact', nowMs: 0, admit: () => undefined })
    await Promise.all(Array.from({ length: 50 }, (_, index) => put(1, index, 1000)))
    await sweeper.sweep()
    await store.mailboxes.close(bytesOf(32, 1), { tombstoneUntilMs: lateMs })
    await Promise.all([sweeper.removeClosed(), sweeper.removeClosed(), sweeper.removeClosed()])
    expect(portions).toBeGreaterThan(4)
    expect(portions).toBeLessThan(8)
    // Each was answered before the next portion but one.
    expect(answeredAfter.every((after, index) => after <= index + 2)).toBe(true)
    expect(answeredAfter.length).toBeGreaterThan(3)
    expect(await store.count()).toMatchObject({ mailboxes: 1, envelopes: portions })
  } finally {
    await sweeper.stop()
    await store.close()
    await rm(directory, { recursive: true })
  }
})

it('answers a put between the portions of full mailboxes that were abandoned', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'safelight-sweep-'))
  const store = openSqliteStore(directory, { jobsPerCommit: 512 })
  const put = (box: number, fill: number, bytes: number) =>
    store.mailboxes.put(bytesOf(32, box), [{ id: bytesOf(32, fill), bytes: bytesOf(bytes, fill) }], {
      nowMs: 0,
      untilMs: 2 * lateMs,
      bounds: { contact: bounds, invite: bounds },
      admit: () => undefined,
    })
  try {
    for (const box of [1, 2, 3]) {
      await store.mailboxes.open(bytesOf(32, box), { tier: 'contact', nowMs: 0, admit: () => undefined })
      await Promise.all(Array.from({ length: 50 }, (_, index) => put(box, index, 1000)))
    }
    await store.mailboxes.open(bytesOf(32, 9), { tier: 'contact', nowMs: lateMs, admit: () => undefined })
    let portions = 0
    let answeredAfter: number | undefined
    let compactions = 0
    const watched: RelayStore = {
      ...store,
      async sweep(options) {
        if (portions === 0) void put(9, 99, 10).then(() => (answeredAfter = portions))
        portions += 1
        return store.sweep(options)
      },
      async compact() {
        expect((await store.count()).mailboxes).toBe(1)
        compactions += 1
        return compactions % 3 !== 0
      },
    }
    const sweeper = startSweeper({
      store: watched,
      files: await openSegmentFiles(directory),
      limits: { ...defaultLimits, sweepRows: 10 },
      log: createLog('silent'),
      now: () => lateMs,
      monotonicNow: () => 0,
    })
    await sweeper.sweep()
    await sweeper.stop()
    expect(portions).toBeGreaterThan(15)
    expect(answeredAfter).toBeLessThan(3)
    // Then the files become smaller, as far as they can; at the start, and when it was asked for.
    expect(compactions).toBe(6)
    expect(await store.count()).toMatchObject({ mailboxes: 1, envelopes: 1 })
  } finally {
    await store.close()
    await rm(directory, { recursive: true })
  }
})
