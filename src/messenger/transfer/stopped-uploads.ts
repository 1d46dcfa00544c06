// Uploads that the person has stopped: in memory, because every segment asks, and in the rows, for the next start.

import type { Context } from '../context.ts'

export interface StoppedUploads {
  has(blobId: string): boolean
  set(blobIds: readonly string[], stopped: boolean): Promise<void>
}

export async function openStoppedUploads({ tables, ledger }: Context): Promise<StoppedUploads> {
  const stopped = new Set<string>()
  // Only what is still to be sent can be stopped.
  for (const [, { blobs }] of tables.outbox.held())
    for (const blobId of blobs) if ((await tables.blobs.get(blobId))?.stopped === true) stopped.add(blobId)

  return {
    has: (blobId) => stopped.has(blobId),
    set: (blobIds, isStopped) =>
      ledger.change(async (change) => {
        for (const blobId of blobIds) {
          const row = await change.get(tables.blobs, blobId)
          if (row?.state !== 'mine') continue
          const { stopped: _, ...rest } = row
          change.put(tables.blobs, blobId, isStopped ? { ...rest, stopped: true } : rest)
          change.after(() => (isStopped ? stopped.add(blobId) : stopped.delete(blobId)))
        }
      }),
  }
}
