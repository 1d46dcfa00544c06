// The only door to mediabunny in the worker: loaded when first needed, with readers and encoders as this project uses them.

import type { Input, StreamTarget } from 'mediabunny'
import { load } from '../../shared/load.ts'
import type { Wanted } from '../../shared/mp4/movie.ts'
import { plannedSource } from '../../shared/mp4/read-plan.ts'
import { stripVideo } from '../../shared/mp4/strip.ts'
import { sniff } from '../../shared/sniff.ts'
import type { ByteSource } from '../../shared/source.ts'
import { scratchBlockBytes } from '../../shared/scratch/scratch-file.ts'
import type { ScratchWriter } from '../../shared/scratch/scratch-writer.ts'
import type { Mediabunny } from '../../shared/webm.ts'

export type { Mediabunny } from '../../shared/webm.ts'

/** Packets around one moment, and the indexes. */
const cacheBytes = 8 * 1024 * 1024

/** @throws MediaError `not-loaded` */
export async function loadMediabunny(): Promise<Mediabunny> {
  return await load(import('mediabunny'))
}

/** Of a file that this project wrote. Dispose it. */
export function inputOf(media: Mediabunny, video: ByteSource): Input {
  return new media.Input({ source: sourceOf(media, video), formats: [media.MP4, media.QTFF] })
}

/**
 * What a browser recorded. MP4 goes through this project's own reader first, which notices what is cut off. Dispose it.
 *
 * @throws MediaError `damaged`, `unsupported` without what is wanted
 */
export async function recordingOf(media: Mediabunny, recording: ByteSource, wanted: Wanted): Promise<Input> {
  if ((await sniff(recording)) === 'mp4') {
    return inputOf(media, plannedSource(await stripVideo(recording, { wanted }), recording))
  }
  return new media.Input({ source: sourceOf(media, recording), formats: [media.WEBM, media.MATROSKA, media.OGG] })
}

export function streamTarget(media: Mediabunny, scratch: ScratchWriter): StreamTarget {
  // A frame is a few kilobytes.
  return new media.StreamTarget(scratch.writable, { chunked: true, chunkSize: scratchBlockBytes })
}

/** Where the browser encodes no AAC (Chromium on Linux, Firefox), FFmpeg's encoder in WebAssembly does. */
export async function ensureAac(media: Mediabunny): Promise<boolean> {
  if (await media.canEncodeAudio('aac')) return true
  const encoder = await import('@mediabunny/aac-encoder').catch(() => undefined)
  encoder?.registerAacEncoder()
  return encoder !== undefined
}

function sourceOf(media: Mediabunny, bytes: ByteSource) {
  return new media.CustomSource({
    getSize: () => bytes.sizeBytes,
    read: (start, end) => bytes.read(start, end),
    maxCacheSize: cacheBytes,
    prefetchProfile: 'fileSystem',
  })
}
