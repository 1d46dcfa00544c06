// The media of a message or a post, prepared and sealed one after the other. What was sealed is discarded when one of them
// cannot be, or when what was to be written of them fails.

import type { MediaDraft, SendOptions, SendProgress } from '../api.ts'
import type { Context } from '../context.ts'
import type { PreparedMedia } from '../ports.ts'
import { MediaError } from '../ports.ts'
import { discardBlobs } from '../transfer/discard-blobs.ts'
import type { MediaWords, SealedMedia } from '../transfer/seal-media.ts'

/** A medium that was prepared before, to be sealed anew as it is. */
export interface MediaCopy extends MediaWords {
  readonly copy: (signal: AbortSignal) => Promise<PreparedMedia>
}

/** @throws MediaError, StorageError, and what `write` throws; nothing stays sealed then */
export async function sealAll<T>(
  context: Context,
  media: readonly (MediaDraft | MediaCopy)[],
  { withOriginal, options }: { readonly withOriginal: boolean; readonly options: SendOptions },
  write: (sealed: readonly SealedMedia[]) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.any([context.closing, ...(options.signal === undefined ? [] : [options.signal])])
  const sealed: SealedMedia[] = []
  try {
    for (const [index, item] of media.entries()) {
      // Loaded with the first photo that is sent.
      const { sealMedia, sealPrepared } = await import('../transfer/seal-media.ts')
      const onProgress: SendProgress = (fraction, stage) =>
        options.onProgress?.((index + fraction) / media.length, stage)
      const how = { signal, withOriginal, onProgress }
      sealed.push(
        'copy' in item
          ? await sealPrepared(context, await item.copy(signal), item, how)
          : await sealMedia(context, item, how),
      )
    }
    signal.throwIfAborted()
    return await write(sealed)
  } catch (error) {
    await discardBlobs(
      context,
      sealed.flatMap(({ blobs }) => blobs),
    )
    if (signal.aborted && options.signal?.aborted) throw new MediaError('cancelled', { cause: error })
    throw error
  }
}
