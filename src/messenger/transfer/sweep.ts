// Blobs that no message speaks of: sealed for a message that was never stored because the device stopped in between.

import type { Context } from '../context.ts'

export async function sweepBlobs(context: Context): Promise<void> {
  const { blobs, tables } = context
  for (const blobId of await blobs.list())
    if ((await tables.blobs.get(blobId)) === undefined) await blobs.delete(blobId)
}
