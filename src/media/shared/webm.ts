// WebM (recordings of browsers) becomes MP4 without re-encoding: it seeks badly over encrypted ranges, and carries tags.
// It is rebuilt in memory, so only up to a bound; what comes out still goes through the same rewrite as any other video.

import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import { throwIfAborted } from './classify.ts'
import type { StripOptions } from './mp4/strip.ts'
import type { ByteSource } from './source.ts'

/** @throws MediaError `too-large`, `damaged`, `unsupported` when a track would be lost, `cancelled` */
export async function webmToMp4(source: ByteSource, { signal, onProgress }: StripOptions): Promise<Uint8Array> {
  if (source.sizeBytes > mediaLimits.webmBytes) throw new MediaError('too-large')
  const { BufferTarget, Conversion, CustomSource, Input, MATROSKA, Mp4OutputFormat, Output, WEBM } =
    await import('mediabunny').catch((cause: unknown) => {
      throw new MediaError('unreadable', { cause })
    })
  const input = new Input({
    source: new CustomSource({ getSize: () => source.sizeBytes, read: (start, end) => source.read(start, end) }),
    formats: [WEBM, MATROSKA],
  })
  const target = new BufferTarget()
  const output = new Output({ target, format: new Mp4OutputFormat({ fastStart: 'in-memory' }) })
  try {
    const conversion = await Conversion.init({ input, output, tags: {}, showWarnings: false })
    const lost = conversion.discardedTracks.some(({ track }) => track.type === 'video' || track.type === 'audio')
    if (!conversion.isValid || lost) throw new MediaError('unsupported')
    if (onProgress !== undefined) conversion.onProgress = (fraction) => onProgress(fraction)
    const cancel = () => void conversion.cancel()
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
  if (target.buffer === null) throw new MediaError('damaged')
  return new Uint8Array(target.buffer)
}
