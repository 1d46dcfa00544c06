// Several clips of one recording become one MP4. Clips of one recorder are encoded alike: their packets follow one another
// as they are. Where they are not (another camera, another turn of the phone), all are encoded anew.

import type { Output } from 'mediabunny'
import type { MediaProgress } from '../../../messenger/ports.ts'
import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import { throwIfAborted } from '../../shared/classify.ts'
import { plannedSource } from '../../shared/mp4/read-plan.ts'
import { stripVideo } from '../../shared/mp4/strip.ts'
import { blobSource, bytesSource } from '../../shared/source.ts'
import type { Mediabunny } from '../video/mediabunny.ts'
import { loadMediabunny } from '../video/mediabunny.ts'
import type { Clip } from './clip.ts'
import { openClip } from './clip.ts'
import { copyClips } from './copy-clips.ts'
import { encodeClips } from './encode-clips.ts'

export interface JoinOptions {
  readonly signal: AbortSignal
  readonly onProgress: MediaProgress
}

/**
 * A video to be prepared like any other.
 *
 * @throws MediaError `empty`, `too-large` over a minute together, `not-media`, `unsupported`, `damaged`, `not-converted`,
 *   `cancelled`
 */
export async function joinClips(blobs: readonly Blob[], { signal, onProgress }: JoinOptions): Promise<Uint8Array> {
  if (blobs.length === 0 || blobs.some(({ size }) => size === 0)) throw new MediaError('empty')
  const bytes = blobs.reduce((sum, { size }) => sum + size, 0)
  if (blobs.length > mediaLimits.clips || bytes > mediaLimits.clipsBytes) throw new MediaError('too-large')
  const media = await loadMediabunny()
  const clips: Clip[] = []
  try {
    for (const blob of blobs) {
      throwIfAborted(signal)
      clips.push(await openClip(media, blobSource(blob)))
    }
    const seconds = clips.reduce((sum, clip) => sum + clip.seconds, 0)
    if (seconds * 1000 > mediaLimits.clipsMs) throw new MediaError('too-large')
    const alike = clips.every(({ encoding }) => encoding === clips[0]?.encoding)
    const joined = bytesSource(
      await write(media, signal, async (output) => {
        const options = { signal, onTime: (at: number) => onProgress(Math.min(1, at / seconds)) }
        if (alike) await copyClips(media, output, clips, options)
        else await encodeClips(media, output, clips, { ...options, bitrate: (bytes * 8) / seconds })
      }),
    )
    const plan = await stripVideo(joined, { signal })
    return await plannedSource(plan, joined).read(0, plan.sizeBytes)
  } finally {
    for (const { input } of clips) input.dispose()
  }
}

async function write(
  media: Mediabunny,
  signal: AbortSignal,
  add: (output: Output) => Promise<void>,
): Promise<Uint8Array> {
  const target = new media.BufferTarget()
  const output = new media.Output({ target, format: new media.Mp4OutputFormat({ fastStart: false }) })
  try {
    await add(output)
    await output.finalize()
  } catch (cause) {
    await output.cancel().catch(() => {})
    throwIfAborted(signal)
    throw cause instanceof MediaError ? cause : new MediaError('not-converted', { cause })
  }
  if (target.buffer === null) throw new MediaError('not-converted')
  return new Uint8Array(target.buffer)
}
