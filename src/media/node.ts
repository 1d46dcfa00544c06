// Preparation in Node: the same strippers as in the browser, without pixels. So there is no resizing, no thumbhash and no
// still: each quality sends the original size, and what could only be mended by re-encoding is refused.

import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import type { MediaPreparer, MediaSource } from '../messenger/ports.ts'
import { MediaError } from '../messenger/ports.ts'
import { classify, isVideo, throwIfAborted } from './shared/classify.ts'
import type { StripOptions } from './shared/mp4/strip.ts'
import { stripVideo } from './shared/mp4/strip.ts'
import { upright } from './shared/photo/exif.ts'
import { readPhoto, stripPhoto } from './shared/photo/strip.ts'
import type { PrepareResult } from './shared/prepared.ts'
import { preparedMedia } from './shared/prepared.ts'
import type { ByteSource } from './shared/source.ts'
import { blobSource, bytesSource } from './shared/source.ts'
import { webmToMp4 } from './shared/webm.ts'

interface OpenSource {
  readonly source: ByteSource
  close(): Promise<void>
}

export function nodeMediaPreparer(): MediaPreparer {
  return {
    async prepare(from, { signal, onProgress }) {
      throwIfAborted(signal)
      const opened = await openSource(from)
      try {
        const result = await prepare(opened.source, { signal, onProgress })
        throwIfAborted(signal)
        onProgress?.(1)
        return preparedMedia(result, opened.source, () => opened.close())
      } catch (error) {
        await opened.close()
        throw error
      }
    },
  }
}

async function prepare(source: ByteSource, options: StripOptions): Promise<PrepareResult> {
  const type = await classify(source)
  if (isVideo(type)) {
    if (type === 'mp4') return { kind: 'video', plan: await stripVideo(source, options) }
    const rebuilt = await webmToMp4(source, options)
    return { kind: 'video', plan: await stripVideo(bytesSource(rebuilt), options), rebuilt }
  }
  const photo = await stripPhoto(type, await readPhoto(source))
  if (photo.doubtful) throw new MediaError('damaged')
  const { mime, bytes } = photo
  return { kind: 'photo', mime, bytes, ...upright(photo, photo.orientation) }
}

async function openSource(from: MediaSource): Promise<OpenSource> {
  const close = async () => {}
  if (from instanceof Uint8Array) return { source: bytesSource(from), close }
  if (typeof from !== 'string') return { source: blobSource(from), close }
  let file: FileHandle
  try {
    file = await open(from, 'r')
  } catch (cause) {
    throw new MediaError('unreadable', { cause })
  }
  try {
    const status = await file.stat()
    if (!status.isFile()) throw new MediaError('unreadable')
    return { source: fileSource(file, status.size), close: () => file.close() }
  } catch (cause) {
    await file.close()
    throw cause instanceof MediaError ? cause : new MediaError('unreadable', { cause })
  }
}

function fileSource(file: FileHandle, sizeBytes: number): ByteSource {
  return {
    sizeBytes,
    async read(start, end) {
      const bytes = new Uint8Array(Math.max(0, end - start))
      let filled = 0
      while (filled < bytes.length) {
        let count: number
        try {
          count = (await file.read(bytes, filled, bytes.length - filled, start + filled)).bytesRead
        } catch (cause) {
          throw new MediaError('unreadable', { cause })
        }
        if (count === 0) throw new MediaError('damaged')
        filled += count
      }
      return bytes
    },
  }
}
