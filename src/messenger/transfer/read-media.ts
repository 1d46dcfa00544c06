// Decrypted bytes of an attachment, in ranges, while it may still be arriving.

import { segmentAt } from '../../protocol/blob/layout.ts'
import type { MediaApi, Rendition } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Viewings } from '../viewing/viewings.ts'
import { hasBit } from './bitmap.ts'
import type { Downloads } from './downloads.ts'
import { findAttachment } from './find-attachment.ts'
import type { MediaUse } from './media-use.ts'
import type { Wishes } from './wishes.ts'

const partBytes = 256 * 1024

export interface ReadParts {
  readonly downloads: Downloads
  /** Loaded when something has to be fetched after all. */
  readonly wishes: () => Promise<Wishes>
  readonly viewings: Viewings
  readonly use: MediaUse
}

export function createMediaApi(context: Context, { downloads, wishes, viewings, use }: ReadParts): MediaApi {
  const { tables, blobs, closing } = context

  async function find(attachmentId: string, rendition: Rendition) {
    const [messageId = '', index = '', viewId] = attachmentId.split('.')
    const found = await findAttachment(context, `${messageId}.${index}`, rendition)
    // Held in memory: a message that is not to be kept is known as such before anything of it is read.
    if (tables.viewings.peek(messageId) === undefined) {
      if (viewId !== undefined) throw new UsageError('unknown-attachment')
      return { ...found, ending: undefined }
    }
    const ending = viewings.signalOf(messageId, viewId)
    if (ending === undefined) throw new UsageError('view-only')
    return { ...found, ending }
  }

  return {
    async *read(attachment, options = {}) {
      const attachmentId = typeof attachment === 'string' ? attachment : attachment.id
      const { ref, ending } = await find(attachmentId, options.rendition ?? 'display')
      const signals = [options.signal, ending].filter((signal) => signal !== undefined)
      const signal = AbortSignal.any([closing, ...signals])
      signal.throwIfAborted()
      // Before its row is read: from here on it does not make room.
      const leave = use.reading(ref.blobId)
      try {
        const row = await tables.blobs.get(ref.blobId)
        if (row?.state === 'offered' || row?.state === 'evicted') await (await wishes()).look(ref)
        const size = ref.manifest.sizeBytes
        const end = Math.min(size, Math.max(0, options.end ?? size))
        const start = Math.min(end, Math.max(0, options.start ?? 0))
        const reader = downloads.reader(ref, signal)
        for (let at = start; at < end;) {
          signal.throwIfAborted()
          const segment = segmentAt(at)
          // What is here is not held back for what is not.
          if (options.isEager === true && at > start && !hasBit(await blobs.present(ref.blobId), segment.index)) return
          const next = Math.min(end, options.isEager === true ? segment.end : at + partBytes)
          const bytes = await reader.read(at, next)
          // The view may have ended meanwhile.
          signal.throwIfAborted()
          yield bytes
          at = next
        }
      } finally {
        leave()
      }
    },
  }
}
