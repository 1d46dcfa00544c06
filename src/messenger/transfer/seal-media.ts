// Prepares and seals what a person sends, once, into the blob store. What is uploaded, served and resumed is this.

import type { MediaItem } from '../../protocol/content/content.ts'
import type { Manifest } from '../../protocol/content/manifest.ts'
import {
  buildManifest,
  hashListDescription,
  needsHashList,
  type MediaDescription,
} from '../../protocol/blob/manifest.ts'
import type { Rendition } from '../../protocol/blob/rendition.ts'
import { segmentLayout } from '../../protocol/blob/layout.ts'
import type { BlobSource } from '../../protocol/blob/seal.ts'
import { sealBlob } from '../../protocol/blob/seal.ts'
import { toHex } from '../../protocol/bytes.ts'
import { sanitizeFileName } from '../../protocol/content/clean-file-name.ts'
import type { MediaDraft, SendProgress } from '../api.ts'
import type { Context } from '../context.ts'
import { limits } from '../limits.ts'
import type { PreparedMedia } from '../ports.ts'
import { MediaError } from '../ports.ts'
import { discardBlobs } from './discard-blobs.ts'
import { readAhead } from './read-ahead.ts'

export interface SealedMedia {
  readonly item: MediaItem
  /** Everything that was stored for it: discarded when the message is not. */
  readonly blobs: readonly { readonly blobId: string; readonly role: Rendition; readonly segmentCount: number }[]
}

export interface SealOptions {
  readonly signal: AbortSignal
  /** False: an original is left out. */
  readonly withOriginal: boolean
  readonly onProgress: SendProgress
}

/** Preparation is shown as the first half, sealing as the second. */
const preparedShare = 0.5

/** @throws MediaError, StorageError; nothing stays stored then */
export async function sealMedia(
  context: Context,
  draft: MediaDraft,
  { signal, withOriginal, onProgress }: SealOptions,
): Promise<SealedMedia> {
  const prepared = await context.media.prepare(draft.data, {
    quality: draft.quality ?? 'standard',
    ...(draft.voice === true ? { voice: true } : {}),
    ...(draft.video === undefined ? {} : { video: draft.video }),
    signal,
    onProgress: (fraction, stage) => onProgress(fraction * preparedShare, stage),
  })
  const sealing: SendProgress = (fraction, stage) => onProgress(preparedShare + (1 - preparedShare) * fraction, stage)
  return sealPrepared(context, prepared, draft, { signal, withOriginal, onProgress: sealing })
}

/** What is said with a medium. */
export type MediaWords = Pick<MediaDraft, 'caption' | 'altText' | 'loop' | 'name'>

/** The same of what needs no preparation; closes it. @throws MediaError, StorageError; nothing stays stored then */
export async function sealPrepared(
  context: Context,
  prepared: PreparedMedia,
  words: MediaWords,
  { signal, withOriginal, onProgress }: SealOptions,
): Promise<SealedMedia> {
  const stored: { blobId: string; role: Rendition; segmentCount: number }[] = []
  try {
    const taken = withOriginal ? prepared.original : undefined
    const totalBytes = prepared.sizeBytes + (taken?.sizeBytes ?? 0)
    if (Math.max(prepared.sizeBytes, taken?.sizeBytes ?? 0) > limits.mediaBytes) throw new MediaError('too-large')
    const progressed = (bytes: number): void => {
      const doneBytes = Math.min(totalBytes, Math.round(bytes))
      onProgress(doneBytes / Math.max(1, totalBytes), { kind: 'encrypt', doneBytes, totalBytes })
    }
    progressed(0)
    const display = await store('display', prepared, describe(prepared), (fraction) =>
      progressed(fraction * prepared.sizeBytes),
    )
    const still = prepared.poster
    const poster =
      still === undefined
        ? undefined
        : await store('poster', bytesSource(still.bytes), {
            mime: still.mime,
            width: still.width,
            height: still.height,
          })
    const original =
      taken === undefined
        ? undefined
        : await store('original', taken, describe(taken), (fraction) =>
            progressed(prepared.sizeBytes + fraction * taken.sizeBytes),
          )
    const { kind, waveform } = prepared
    const item: MediaItem = {
      kind,
      display,
      ...(poster === undefined ? {} : { poster }),
      ...(words.caption ? { caption: words.caption } : {}),
      ...(words.altText ? { altText: words.altText } : {}),
      ...(original === undefined ? {} : { original }),
      ...(kind === 'video' && words.loop === true ? { loop: true } : {}),
      ...(waveform === undefined ? {} : { waveform }),
      ...(kind === 'file' ? { name: sanitizeFileName(words.name ?? prepared.name ?? '') } : {}),
    }
    return { item, blobs: stored }
  } catch (error) {
    await discardBlobs(context, stored)
    throw error
  } finally {
    await prepared.close()
  }

  async function store(
    rendition: Rendition,
    source: BlobSource,
    media: MediaDescription,
    progressed?: (fraction: number) => void,
  ): Promise<Manifest> {
    const blobId = context.random.bytes(32)
    const key = context.random.bytes(32)
    const id = toHex(blobId)
    const { segmentCount, streamBytes } = segmentLayout(source.sizeBytes)
    await context.blobs.create(id, segmentCount)
    stored.push({ blobId: id, role: rendition, segmentCount })
    const sealed = await sealBlob({
      blobId,
      key,
      rendition,
      source: readAhead(source),
      random: (length) => context.random.bytes(length),
      write: (index, bytes) => context.blobs.write(id, index, bytes),
      signal,
      onProgress: (bytes) => progressed?.(bytes / streamBytes),
    })
    await context.blobs.sync(id)
    if (!needsHashList(segmentCount)) return buildManifest({ blobId, key, sealed, media })
    const hashList = await store('hashes', bytesSource(sealed.hashes), hashListDescription)
    return buildManifest({ blobId, key, sealed, media, hashList })
  }
}

function describe({
  mime,
  width,
  height,
  durationMs,
  thumbhash,
}: Pick<PreparedMedia, 'mime' | 'width' | 'height' | 'durationMs' | 'thumbhash'>): MediaDescription {
  return {
    mime,
    width,
    height,
    ...(durationMs === undefined ? {} : { durationMs: Math.round(durationMs) }),
    ...(thumbhash === undefined ? {} : { thumbhash }),
  }
}

function bytesSource(bytes: Uint8Array): BlobSource {
  return { sizeBytes: bytes.length, read: (start, end) => Promise.resolve(bytes.slice(start, end)) }
}
