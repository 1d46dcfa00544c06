// Photos. Standard and HD are re-encoded, which leaves nothing of the file but its pixels; Original keeps the file's own
// encoding without its metadata, and is re-encoded too where that cannot be done without doubt.

import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import { throwIfAborted } from '../shared/classify.ts'
import { upright } from '../shared/photo/exif.ts'
import { readPictureSize } from '../shared/photo/isobmff.ts'
import { stripPhoto } from '../shared/photo/strip.ts'
import type { StrippedPhoto } from '../shared/photo/stripped.ts'
import type { PhotoResult } from '../shared/prepared.ts'
import type { MediaType } from '../shared/sniff.ts'
import type { PreparedQuality } from './messages.ts'
import type { EncodingQuality, Size } from './picture.ts'
import { decode, draw, encode, fitEdge, fitPixels, thumbhashOf } from './picture.ts'

const qualities: Readonly<Record<PreparedQuality, EncodingQuality>> = {
  standard: { webp: 0.82, jpeg: 0.85 },
  hd: { webp: 0.88, jpeg: 0.9 },
  original: { webp: 0.95, jpeg: 0.95 },
}

/** @throws MediaError `damaged`, `unsupported`, `too-large`, `cancelled` */
export async function preparePhoto(
  type: MediaType,
  file: Uint8Array,
  quality: PreparedQuality,
  signal: AbortSignal,
): Promise<PhotoResult> {
  if (type === 'avif' || type === 'heic') {
    checkPixels(readPictureSize(file))
    // Safari decodes HEIC, current browsers AVIF.
    return await reencode(file, `image/${type}`, quality, signal, 'unsupported')
  }
  const photo = await stripPhoto(type, file)
  const keeps = (quality === 'original' || photo.animated) && !photo.doubtful
  if (keeps) return await keep(photo)
  checkPixels(photo)
  return await reencode(file, photo.mime, quality, signal, 'damaged')
}

async function keep(photo: StrippedPhoto): Promise<PhotoResult> {
  const { mime, bytes, orientation } = photo
  const result: PhotoResult = { kind: 'photo', mime, bytes, ...upright(photo, orientation) }
  // Nothing has to be decoded for this one to be sent.
  if (photo.width * photo.height > mediaLimits.decodedPixels) return result
  const picture = await decode(bytes, mime).catch((cause: unknown) => {
    throw new MediaError('damaged', { cause })
  })
  try {
    return { ...result, thumbhash: thumbhashOf(picture) }
  } finally {
    picture.close()
  }
}

async function reencode(
  file: Uint8Array,
  mime: string,
  quality: PreparedQuality,
  signal: AbortSignal,
  failure: 'damaged' | 'unsupported',
): Promise<PhotoResult> {
  const picture = await decode(file, mime).catch((cause: unknown) => {
    throw new MediaError(failure, { cause })
  })
  let canvas: OffscreenCanvas
  try {
    throwIfAborted(signal)
    canvas = draw(picture, targetSize(picture, quality))
  } finally {
    picture.close()
  }
  const thumbhash = thumbhashOf(canvas)
  throwIfAborted(signal)
  return { kind: 'photo', ...(await encode(canvas, qualities[quality])), thumbhash }
}

function targetSize(size: Size, quality: PreparedQuality): Size {
  const { width, height } = size
  return quality === 'standard'
    ? fitEdge({ width, height }, mediaLimits.standardEdge)
    : fitPixels({ width, height }, mediaLimits.hdPixels)
}

/** Before decoding: a file of a few kilobytes can unpack to gigabytes. */
function checkPixels({ width, height }: Size): void {
  if (width * height > mediaLimits.decodedPixels) throw new MediaError('too-large')
}
