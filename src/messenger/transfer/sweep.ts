// Blobs that no message speaks of: sealed for a message that was never stored because the device stopped in between. And
// bytes of what was given up or made room, where it stopped before they were gone.

import type { Context } from '../context.ts'
import type { BlobRow } from '../records/rows.ts'

const without: readonly (BlobRow['state'] | undefined)[] = [undefined, 'held', 'offered', 'evicted']

export async function sweepBlobs(context: Context): Promise<void> {
  const { blobs, tables } = context
  for (const blobId of await blobs.list())
    if (without.includes((await tables.blobs.get(blobId))?.state)) await blobs.delete(blobId)
}
