// Decrypted bytes of an attachment, in ranges, while it may still be arriving.

import type { MediaApi } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { BlobRef } from './blob-refs.ts'
import { blobRefs, mediaOf } from './blob-refs.ts'
import type { Downloads } from './downloads.ts'

const partBytes = 256 * 1024

export function createMediaApi(context: Context, downloads: Downloads): MediaApi {
  const { tables, closing } = context

  async function find(attachmentId: string, rendition: 'display' | 'poster'): Promise<BlobRef> {
    const [messageId = '', index = ''] = attachmentId.split('.')
    const key = (await tables.messageIndex.get(messageId))?.key
    const row = key === undefined ? undefined : await tables.messages.get(key)
    const refs = row === undefined ? [] : blobRefs(mediaOf(row))
    const ref = refs.find((entry) => entry.index === Number(index) && entry.role === rendition)
    if (ref === undefined) throw new UsageError('unknown-attachment')
    return ref
  }

  return {
    async *read(attachment, options = {}) {
      const ref = await find(
        typeof attachment === 'string' ? attachment : attachment.id,
        options.rendition ?? 'display',
      )
      const size = ref.manifest.sizeBytes
      const end = Math.min(size, Math.max(0, options.end ?? size))
      const start = Math.min(end, Math.max(0, options.start ?? 0))
      const signal = AbortSignal.any([closing, ...(options.signal === undefined ? [] : [options.signal])])
      const reader = downloads.reader(ref, signal)
      for (let at = start; at < end; at += partBytes) {
        signal.throwIfAborted()
        yield await reader.read(at, Math.min(end, at + partBytes))
      }
    },
  }
}
