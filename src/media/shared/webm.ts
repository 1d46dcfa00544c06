// WebM (recordings of browsers) becomes MP4 without re-encoding: it seeks badly over encrypted ranges, and carries tags.
// What comes out still goes through the same rewrite as any other video.

import type * as mediabunny from 'mediabunny'
import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import { throwIfAborted } from './classify.ts'
import { load } from './load.ts'
import type { StripOptions } from './mp4/strip.ts'
import type { ByteSource } from './source.ts'

type RebuildOptions = Pick<StripOptions, 'signal' | 'onProgress'>
export type Mediabunny = typeof mediabunny

/** In memory, so only up to a bound. @throws MediaError as `rebuildWebm`, and `too-large` */
export async function webmToMp4(source: ByteSource, options: RebuildOptions): Promise<Uint8Array> {
  if (source.sizeBytes > mediaLimits.webmBytes) throw new MediaError('too-large')
  const media = await load(import('mediabunny'))
  const target = new media.BufferTarget()
  await rebuildWebm(media, source, target, options)
  if (target.buffer === null) throw new MediaError('damaged')
  return new Uint8Array(target.buffer)
}

/**
 * The table of contents comes last. @throws MediaError `damaged`, `unsupported` when a track would be lost, `cancelled`,
 * and what the target throws
 */
export async function rebuildWebm(
  media: Mediabunny,
  source: ByteSource,
  target: mediabunny.Target,
  { signal, onProgress }: RebuildOptions,
): Promise<void> {
  const input = new media.Input({
    source: new media.CustomSource({ getSize: () => source.sizeBytes, read: (start, end) => source.read(start, end) }),
    formats: [media.WEBM, media.MATROSKA],
  })
  const output = new media.Output({ target, format: new media.Mp4OutputFormat({ fastStart: false }) })
  try {
    const conversion = await media.Conversion.init({ input, output, tags: {}, showWarnings: false })
    const lost = conversion.discardedTracks.some(({ track }) => track.type === 'video' || track.type === 'audio')
    if (!conversion.isValid || lost) throw new MediaError('unsupported')
    if (onProgress !== undefined) conversion.onProgress = (fraction) => onProgress(fraction)
    const cancel = () => void conversion.cancel().catch(() => {})
    signal?.addEventListener('abort', cancel)
    try {
      throwIfAborted(signal)
      await conversion.execute()
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  } catch (cause) {
    throwIfAborted(signal)
    throw cause instanceof MediaError ? cause : new MediaError('damaged', { cause })
  } finally {
    input.dispose()
  }
}
