// Preparation without pixels: metadata is taken off, nothing is decoded. So there is no resizing, no thumbhash and no
// still: each quality sends the original size, and what could only be mended by re-encoding is refused.

import type { MediaPreparer, MediaSource } from '../messenger/ports.ts'
import { MediaError } from '../messenger/ports.ts'
import { classify, isVideo, throwIfAborted } from './shared/classify.ts'
import { checkExact, exactMedia, offeringFile } from './shared/exact.ts'
import { blankUserData } from './shared/mp4/blank-user-data.ts'
import type { VideoPlan } from './shared/mp4/plan.ts'
import type { StripOptions } from './shared/mp4/strip.ts'
import { stripVideo } from './shared/mp4/strip.ts'
import { upright } from './shared/photo/exif.ts'
import { checkAnimation, readPhoto, stripPhoto } from './shared/photo/strip.ts'
import type { PrepareResult } from './shared/prepared.ts'
import { preparedMedia } from './shared/prepared.ts'
import type { ByteSource } from './shared/source.ts'
import { blobSource, bytesSource } from './shared/source.ts'
import { webmToMp4 } from './shared/webm.ts'

export interface OpenSource {
  readonly source: ByteSource
  close(): Promise<void>
}

/** Bytes and Blobs; paths only where the platform has files. @throws MediaError `unreadable` for a path otherwise */
export function plainMediaPreparer(openPath?: (path: string) => Promise<OpenSource>): MediaPreparer {
  return {
    async prepare(from, { quality, voice, video, signal, onProgress }) {
      throwIfAborted(signal)
      checkExact(quality, video)
      const opened = await openSource(from, openPath)
      try {
        if (quality === 'file') return exactMedia(from, opened.source, () => opened.close())
        // Loudness is told from decoded sound; to cut is to write a video anew.
        if (voice === true || video?.trim !== undefined) throw new MediaError('unsupported')
        const wanted = video?.mute === true ? 'picture' : 'all'
        const totalBytes = opened.source.sizeBytes
        const read = (fraction: number): void =>
          onProgress?.(fraction, { kind: 'read', doneBytes: Math.round(fraction * totalBytes), totalBytes })
        read(0)
        const result = await prepare(opened.source, { wanted, signal, onProgress: read })
        throwIfAborted(signal)
        read(1)
        return preparedMedia(result, opened.source, () => opened.close())
      } catch (error) {
        await opened.close()
        throw offeringFile(error, opened.source.sizeBytes)
      }
    },
  }
}

async function prepare(source: ByteSource, options: StripOptions): Promise<PrepareResult> {
  const type = await classify(source)
  if (isVideo(type)) {
    if (type === 'mp4') return { kind: 'video', plan: await planOf(source, options) }
    const rebuilt = await webmToMp4(source, options)
    return { kind: 'video', plan: await planOf(bytesSource(rebuilt), options), rebuilt }
  }
  const photo = await stripPhoto(type, await readPhoto(source, { signal: options.signal }))
  if (photo.doubtful) throw new MediaError('damaged')
  if (photo.animated) checkAnimation(photo)
  const { mime, bytes } = photo
  return { kind: 'photo', mime, bytes, ...upright(photo, photo.orientation) }
}

async function planOf(source: ByteSource, options: StripOptions): Promise<VideoPlan> {
  return await blankUserData(await stripVideo(source, options), source, { signal: options.signal })
}

function openSource(
  from: MediaSource,
  openPath: ((path: string) => Promise<OpenSource>) | undefined,
): Promise<OpenSource> {
  const close = async (): Promise<void> => {}
  if (from instanceof Uint8Array) return Promise.resolve({ source: bytesSource(from), close })
  if (typeof from !== 'string') return Promise.resolve({ source: blobSource(from), close })
  return openPath === undefined ? Promise.reject(new MediaError('unreadable')) : openPath(from)
}
