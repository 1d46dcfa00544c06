// The disk limit on a real store, with removals that fail.

import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../relay/limits.ts'
import { createDiskBudget } from '../../../relay/storage/disk-budget.ts'
import { openSqliteStore } from '../../../relay/storage/sqlite/open.ts'
import type { RelayStore } from '../../../relay/storage/store.ts'
import { bytesOf } from '../support/relay.ts'

it('makes room again after a removal that failed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'safelight-budget-'))
  const store = openSqliteStore(directory, { jobsPerCommit: 10 })
  try {
    const mailboxId = bytesOf(32, 1)
    await store.mailboxes.open(mailboxId, { tier: 'contact', nowMs: 0, admit: () => undefined })
    const quota = { contact: 1e9, invite: 1e9 }
    const blob = { mailboxId, segments: 1, segment: 0, sizeBytes: 50_000, untilMs: 1, quota }
    const reserved = await store.blobs.reserve(bytesOf(32, 2), blob)
    if (typeof reserved === 'string') throw new Error(reserved)
    await store.blobs.commit(reserved.folder, blob)
    let failures = 1
    const disk = await createDiskBudget({
      directory,
      maxBytes: 70_000,
      store,
      limits: defaultLimits,
      now: () => 0,
      removeBlob: async (folder) => {
        if (failures-- > 0) throw new Error('failed')
        await store.blobs.remove(folder)
      },
    })
    const reserve = () => disk.reserve('blobs', 30_000, async () => 30_000)
    const first = reserve()
    const second = reserve()
    await expect(first).rejects.toThrow('failed')
    expect(await second).toBeDefined()
    expect(await reserve()).toBeDefined()
    expect(await reserve()).toBeUndefined()
  } finally {
    await store.close()
    await rm(directory, { recursive: true })
  }
})

describe('a database that held much', () => {
  const mailboxId = bytesOf(32, 1)
  const mebibyte = 1024 * 1024
  const bounds = { envelopes: 10_000, bytes: 1e9 }
  let directory: string
  let store: RelayStore
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'safelight-budget-'))
    store = openSqliteStore(directory, { jobsPerCommit: 10 })
    await store.mailboxes.open(mailboxId, { tier: 'contact', nowMs: 0, admit: () => undefined })
    const ids = Array.from({ length: 640 }, (_, index) => {
      const id = bytesOf(32, 0)
      new DataView(id.buffer).setUint32(0, index)
      return id
    })
    for (let from = 0; from < ids.length; from += 64) {
      const envelopes = ids.slice(from, from + 64).map((id) => ({ id, bytes: bytesOf(65_536, 1) }))
      const options = { nowMs: 0, untilMs: 1, bounds: { contact: bounds, invite: bounds }, admit: () => undefined }
      expect(await store.mailboxes.put(mailboxId, envelopes, options)).toMatchObject({ added: 64 })
    }
    await store.mailboxes.ack(mailboxId, ids, { nowMs: 0 })
  })
  afterEach(async () => {
    await store.close()
    await rm(directory, { recursive: true })
  })

  const budget = () =>
    createDiskBudget({
      directory,
      maxBytes: 50 * mebibyte,
      store,
      limits: defaultLimits,
      now: () => 0,
      removeBlob: () => Promise.resolve(),
    })

  it('leaves to blobs what its file leaves of the limit, and more once that is smaller', async () => {
    expect(store.usage().mailboxBytes).toBeLessThan(mebibyte)
    const disk = await budget()
    expect(disk.unusedBytes()).toBeGreaterThan(35 * mebibyte)
    const reserve = (mebibytes: number) => disk.reserve('blobs', mebibytes * mebibyte, async () => mebibytes * mebibyte)
    expect(await reserve(30)).toBeUndefined()
    const small = await reserve(5)
    expect(small).toBeDefined()
    small?.release()
    while (await store.compact()) continue
    expect(disk.unusedBytes()).toBeLessThan(20 * mebibyte)
    expect(await reserve(30)).toBeDefined()
    expect(await reserve(30)).toBeUndefined()
  })

  it('takes envelopes where others were, and not more than the limit', async () => {
    const disk = await budget()
    const reserve = (mebibytes: number) =>
      disk.reserve('mailboxes', mebibytes * mebibyte, async () => mebibytes * mebibyte)
    expect(await reserve(60)).toBeUndefined()
    expect(await reserve(40)).toBeDefined()
    expect(await reserve(20)).toBeUndefined()
  })

  it('says how large its files are', async () => {
    const files = await Promise.all(['relay.sqlite', 'relay.sqlite-wal'].map((name) => stat(join(directory, name))))
    const bytes = files.reduce((sum, { size }) => sum + size, 0)
    const { databaseBytes, freeBytes } = store.usage()
    expect(databaseBytes).toBeGreaterThanOrEqual(bytes - 8.5 * mebibyte)
    expect(databaseBytes).toBeLessThanOrEqual(bytes)
    expect(freeBytes).toBeGreaterThan(40 * mebibyte)
  })
})
