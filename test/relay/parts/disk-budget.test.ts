// The disk limit on a real store, with removals that fail.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defaultLimits } from '../../../relay/limits.ts'
import { createDiskBudget } from '../../../relay/storage/disk-budget.ts'
import { openSqliteStore } from '../../../relay/storage/sqlite/open.ts'
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
    const reserve = () => disk.reserve(30_000, async () => 30_000)
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
