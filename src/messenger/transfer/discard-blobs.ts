// What was sealed for a message that is not sent after all.

import type { Context } from '../context.ts'

/** Removes blobs that no message will speak of. */
export async function discardBlobs(context: Context, blobs: readonly { readonly blobId: string }[]): Promise<void> {
  // What cannot be removed now is swept at the next start.
  for (const { blobId } of blobs)
    await context.blobs.delete(blobId).catch(() => context.log.debug('blob-discard-later'))
}
