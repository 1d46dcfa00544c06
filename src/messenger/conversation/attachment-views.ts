// Attachments as a person sees them, and how far each is.

import { decodeContent } from '../../protocol/content/codec.ts'
import type { MediaItem } from '../../protocol/content/content.ts'
import type { Attachment, TransferRendition, TransferView } from '../api.ts'
import type { Context } from '../context.ts'
import type { MessageRow } from '../records/rows.ts'
import { blobRefs } from '../transfer/blob-refs.ts'
import { countBits } from '../transfer/bitmap.ts'
import type { Progress } from '../transfer/progress.ts'
import { wordsOf } from './words.ts'

export interface AttachmentViews {
  readonly attachment: (row: MessageRow, item: MediaItem, index: number) => Promise<Attachment>
  /** Outside of its view there is nothing to see of it but how large it is. */
  readonly sealed: (row: MessageRow, item: MediaItem, index: number) => Promise<Attachment>
  /** The transfer of one attachment. */
  readonly transfer: (row: MessageRow, index: number, rendition: TransferRendition) => Promise<TransferView>
}

export function createAttachmentViews({ tables, blobs: store }: Context, progress: Progress): AttachmentViews {
  async function transfer(row: MessageRow, index: number, rendition: TransferRendition): Promise<TransferView> {
    const content = decodeContent(row.content)
    const item = wordsOf(content)?.media[index]
    return item === undefined ? { kind: 'failed', reason: 'damaged' } : transferOf(row, item, rendition)
  }

  async function transferOf(row: MessageRow, item: MediaItem, rendition: TransferRendition): Promise<TransferView> {
    const ref = blobRefs([item]).find(({ role }) => role === rendition)
    const blob = ref === undefined ? undefined : await tables.blobs.get(ref.blobId)
    if (ref === undefined || blob === undefined || blob.state === 'damaged')
      return { kind: 'failed', reason: 'damaged' }
    const totalBytes = ref.manifest.sizeBytes
    const share = (done: number, total: number): number =>
      Math.min(totalBytes, Math.round((totalBytes * done) / Math.max(1, total)))
    const known = progress.of(ref.blobId)
    if (blob.state === 'mine') {
      // An original may still be on its way when the rest of its message was delivered.
      const sending =
        rendition === 'original' ? isGoing(ref.blobId) : row.recipients.some(({ state }) => state.kind === 'sending')
      if (sending && blob.stopped === true)
        return { kind: 'paused', doneBytes: share(known?.done ?? 0, known?.total ?? 1), totalBytes }
      if (!sending || known === undefined)
        return sending ? { kind: 'upload', doneBytes: 0, totalBytes } : { kind: 'done' }
      return { kind: 'upload', doneBytes: share(known.done, known.total), totalBytes }
    }
    if (blob.state === 'complete') return { kind: 'done' }
    if (blob.state === 'offered' || blob.state === 'evicted') return { kind: blob.state, totalBytes }
    if (known !== undefined && blob.state === 'wanted')
      return { kind: 'download', doneBytes: share(known.done, known.total), totalBytes }
    const done = countBits(await store.present(ref.blobId), blob.segmentCount)
    const kind = blob.state === 'paused' ? 'paused' : 'waiting'
    return { kind, doneBytes: share(done, blob.segmentCount), totalBytes }
  }

  const isGoing = (blobId: string): boolean =>
    [...tables.outbox.held()].some(([, entry]) => !entry.failed && entry.blobs.includes(blobId))

  async function sealed(row: MessageRow, item: MediaItem, index: number): Promise<Attachment> {
    const { mime, width, height, sizeBytes } = item.display
    const transferred = await transferOf(row, item, 'display')
    const size = { mime, width, height, sizeBytes }
    return {
      id: `${row.id}.${index}`,
      kind: item.kind,
      ...size,
      hasPoster: false,
      viewOnly: true,
      transfer: transferred,
    }
  }

  async function attachment(row: MessageRow, item: MediaItem, index: number): Promise<Attachment> {
    const { display, poster, caption, altText, original, loop, waveform, name } = item
    return {
      id: `${row.id}.${index}`,
      kind: item.kind,
      mime: display.mime,
      width: display.width,
      height: display.height,
      sizeBytes: display.sizeBytes,
      hasPoster: poster !== undefined,
      transfer: await transferOf(row, item, 'display'),
      ...(original === undefined
        ? {}
        : {
            original: {
              mime: original.mime,
              width: original.width,
              height: original.height,
              sizeBytes: original.sizeBytes,
              transfer: await transferOf(row, item, 'original'),
            },
          }),
      ...(loop === undefined ? {} : { loop }),
      ...(waveform === undefined ? {} : { waveform }),
      ...(name === undefined ? {} : { name }),
      ...(display.durationMs === undefined ? {} : { durationMs: display.durationMs }),
      ...(display.thumbhash === undefined ? {} : { thumbhash: display.thumbhash }),
      ...(caption === undefined ? {} : { caption }),
      ...(altText === undefined ? {} : { altText }),
    }
  }

  return { attachment, sealed, transfer }
}
