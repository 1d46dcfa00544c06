// A message passed on: what it says and shows becomes a new message, as if it had been written there. Its blobs are opened
// and sealed anew, under keys and ids of their own, so that nothing links the two but what they show. Loaded when it is used.

import { toHex } from '../../protocol/bytes.ts'
import type { MediaItem } from '../../protocol/content/content.ts'
import type { Manifest } from '../../protocol/content/manifest.ts'
import type { MessagesApi, MessageView } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { PreparedMedia } from '../ports.ts'
import type { BlobRef } from '../transfer/blob-refs.ts'
import { blobRefs, mediaOf } from '../transfer/blob-refs.ts'
import type { Downloads } from '../transfer/downloads.ts'
import type { Compose, ComposeDraft } from './compose.ts'
import { recipientsOf } from './recipients.ts'
import type { MediaCopy } from './seal-all.ts'
import type { Views } from './views.ts'

export interface ForwardParts {
  readonly views: Views
  readonly downloads: Downloads
  readonly compose: Compose
}

type Forward = (...args: Parameters<MessagesApi['forward']>) => Promise<readonly MessageView[]>

export function createForward(context: Context, { views, downloads, compose }: ForwardParts): Forward {
  const { tables } = context

  async function isHere({ blobId }: Pick<BlobRef, 'blobId'>): Promise<boolean> {
    const state = (await tables.blobs.get(blobId))?.state
    return state === 'mine' || state === 'complete'
  }

  async function draftOf(id: string): Promise<ComposeDraft> {
    const key = (await tables.messageIndex.get(id))?.key
    const row = key === undefined ? undefined : await tables.messages.get(key)
    if (key === undefined || row === undefined || row.unsentAt !== undefined || row.line !== undefined)
      throw new UsageError('unknown-message')
    if (tables.viewings.peek(id) !== undefined) throw new UsageError('view-only')
    // As it is now, where it was changed. The people whom it names are of another conversation.
    const { text } = await views.message(key, row)
    const items = mediaOf(row)
    const refs = blobRefs(items)
    const media = await Promise.all(
      items.map((item, index) =>
        copyOf(
          item,
          refs.filter((ref) => ref.index === index),
        ),
      ),
    )
    return { ...(text === undefined ? {} : { text }), media }
  }

  async function copyOf(item: MediaItem, refs: readonly BlobRef[]): Promise<MediaCopy> {
    const here = await Promise.all(refs.map(async (ref) => ({ role: ref.role, isHere: await isHere(ref) })))
    if (here.some(({ role, isHere: it }) => role !== 'original' && !it)) throw new UsageError('media-not-here')
    const withOriginal = here.some(({ role, isHere: it }) => role === 'original' && it)
    const { caption, altText, loop, name } = item
    return {
      ...(caption === undefined ? {} : { caption }),
      ...(altText === undefined ? {} : { altText }),
      ...(loop === undefined ? {} : { loop }),
      ...(name === undefined ? {} : { name }),
      copy: (signal) => prepared(item, refs, withOriginal, signal),
    }
  }

  async function prepared(
    item: MediaItem,
    refs: readonly BlobRef[],
    withOriginal: boolean,
    signal: AbortSignal,
  ): Promise<PreparedMedia> {
    const { kind, display, poster, original, waveform } = item
    const read = (manifest: Manifest) => {
      const ref = refs.find(({ blobId }) => blobId === toHex(manifest.blobId))
      if (ref === undefined) throw new RangeError('a medium has all its blobs')
      const reader = downloads.reader(ref, signal)
      return (start: number, end: number) => reader.read(start, end)
    }
    return {
      kind,
      ...shapeOf(display),
      read: read(display),
      ...(poster === undefined
        ? {}
        : { poster: { ...shapeOf(poster), bytes: await read(poster)(0, poster.sizeBytes) } }),
      ...(original === undefined || !withOriginal ? {} : { original: { ...shapeOf(original), read: read(original) } }),
      ...(waveform === undefined ? {} : { waveform }),
      close: () => Promise.resolve(),
    }
  }

  return async (id, conversationIds, { ids, text, signal, onProgress } = {}) => {
    if (ids !== undefined && ids.length !== conversationIds.length) throw new UsageError('unknown-message')
    const said = await draftOf(id)
    const draft = text === undefined ? said : { ...said, text }
    // Before the first is sent.
    for (const conversationId of conversationIds) recipientsOf(context, conversationId)
    const sent: MessageView[] = []
    for (const [index, conversationId] of conversationIds.entries()) {
      const newId = ids?.[index]
      sent.push(
        await compose(
          conversationId,
          { ...draft, isBesides: true },
          {
            ...(newId === undefined ? {} : { id: newId }),
            ...(signal === undefined ? {} : { signal }),
            onProgress: (fraction, stage) => onProgress?.((index + fraction) / conversationIds.length, stage),
          },
        ),
      )
    }
    return sent
  }
}

function shapeOf({ mime, width, height, durationMs, thumbhash, sizeBytes }: Manifest) {
  return {
    mime,
    width,
    height,
    sizeBytes,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(thumbhash === undefined ? {} : { thumbhash }),
  }
}
