// Metadata off a photo of any kind that can do without re-encoding.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import { throwIfAborted } from '../classify.ts'
import type { MediaType } from '../sniff.ts'
import type { ByteSource } from '../source.ts'
import { stripGif } from './gif.ts'
import { stripJpeg } from './jpeg.ts'
import { stripPng } from './png.ts'
import type { StrippedPhoto } from './stripped.ts'
import { stripWebp } from './webp.ts'

interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  /** Bytes read so far. */
  readonly onRead?: (bytes: number) => void
}

/** The whole file. @throws MediaError `too-large`, `no-memory`, `unreadable`, `cancelled` */
export async function readPhoto(source: ByteSource, { signal, onRead }: ReadOptions = {}): Promise<Uint8Array> {
  if (source.sizeBytes > mediaLimits.photoBytes) throw new MediaError('too-large')
  const file = room(source.sizeBytes)
  for (let start = 0; start < file.length; start += mediaLimits.readBytes) {
    throwIfAborted(signal)
    const end = Math.min(file.length, start + mediaLimits.readBytes)
    file.set(await source.read(start, end), start)
    onRead?.(end)
  }
  return file
}

/** An animation goes out as it is, to be held by whoever plays it. @throws MediaError `too-large` */
export function checkAnimation({ width, height, bytes }: StrippedPhoto): void {
  if (width * height > mediaLimits.animationPixels || bytes.length > mediaLimits.animationBytes) {
    throw new MediaError('too-large')
  }
}

function room(sizeBytes: number): Uint8Array {
  try {
    return new Uint8Array(sizeBytes)
  } catch (cause) {
    throw new MediaError('no-memory', { cause })
  }
}

/** @throws MediaError `damaged` on any anomaly, `unsupported`, `too-large` */
export async function stripPhoto(type: MediaType, file: Uint8Array): Promise<StrippedPhoto> {
  switch (type) {
    case 'jpeg':
      return stripJpeg(file)
    case 'png':
      return await stripPng(file)
    case 'webp':
      return stripWebp(file)
    case 'gif':
      return stripGif(file)
    default:
      throw new MediaError('unsupported')
  }
}
