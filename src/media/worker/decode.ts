// From a file to a canvas of the size that is wanted: upright, in sRGB unless its own colours are to be kept, and small while
// it is still being decoded where the browser can do that. What was decoded is closed as soon as it was drawn.

import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import { upright } from '../shared/photo/exif.ts'
import type { StrippedPhoto } from '../shared/photo/stripped.ts'
import { unturnedWebp } from '../shared/photo/webp.ts'
import type { Size } from './picture.ts'
import { draw, drawTurned } from './picture.ts'

export type Fit = (size: Size) => Size

/**
 * A photo whose structure is known. `file` is what it was made from: where that is in doubt, the browser may know more.
 * @throws MediaError `damaged`, `too-large` before anything is decoded, `no-memory`
 */
export async function decodePhoto(photo: StrippedPhoto, file: Uint8Array, fit: Fit): Promise<OffscreenCanvas> {
  const size = upright(photo, photo.orientation)
  if (size.width * size.height > mediaLimits.decodedPixels) return await decodeLarge(photo, fit(size))
  if (isTurnedHere(photo)) {
    const stored = await bitmapOf(unturnedWebp(photo.bytes), photo.mime)
    try {
      return drawTurned(stored, fit(size), photo.orientation)
    } finally {
      stored.close()
    }
  }
  if (photo.doubtful) return await drawn(() => bitmapOf(file, photo.mime), fit)
  return await drawn(() => decodeScaled(photo, size, fit(size)), fit)
}

/** Chromium and Firefox show a WebP as stored, whatever its metadata says of a turn. */
export function isTurnedHere({ mime, orientation }: StrippedPhoto): boolean {
  return mime === 'image/webp' && orientation !== 1
}

/** Closes what was decoded. @throws MediaError; `damaged` for what a decoder throws */
export async function drawn(
  decode: () => Promise<ImageBitmap | VideoFrame>,
  fit: Fit,
  colorSpace?: PredefinedColorSpace,
): Promise<OffscreenCanvas> {
  const picture = await decode().catch((cause: unknown) => {
    throw cause instanceof MediaError ? cause : new MediaError('damaged', { cause })
  })
  try {
    const size = 'displayWidth' in picture ? { width: picture.displayWidth, height: picture.displayHeight } : picture
    return draw(picture, fit(size), colorSpace)
  } finally {
    picture.close()
  }
}

/** Scaled while decoding: the large bitmap is never the page's. */
async function decodeScaled(photo: StrippedPhoto, size: Size, target: Size): Promise<ImageBitmap> {
  const isSmaller = target.width < size.width || target.height < size.height
  const options = { resizeWidth: target.width, resizeHeight: target.height, resizeQuality: 'high' } as const
  return await bitmapOf(photo.bytes, photo.mime, isSmaller ? options : {})
}

/** Row by row at a fraction of its size: the whole of it would not fit into memory. */
async function decodeLarge(photo: StrippedPhoto, target: Size): Promise<OffscreenCanvas> {
  const pixels = photo.width * photo.height
  const canScale = photo.scalable && pixels <= mediaLimits.scaledPixels && 'ImageDecoder' in globalThis
  if (!canScale) throw new MediaError('too-large')
  const desired = upright(target, photo.orientation)
  const decoder = new ImageDecoder({
    data: photo.bytes.slice(),
    type: photo.mime,
    desiredWidth: desired.width,
    desiredHeight: desired.height,
  })
  try {
    return await drawn(
      async () => smallFrame((await decoder.decode()).image),
      () => target,
    )
  } finally {
    decoder.close()
  }
}

/** A browser that takes no notice of the wish gives all of it. */
function smallFrame(frame: VideoFrame): VideoFrame {
  if (frame.displayWidth * frame.displayHeight <= mediaLimits.decodedPixels) return frame
  frame.close()
  throw new MediaError('too-large')
}

export async function bitmapOf(file: Uint8Array, mime: string, options: ImageBitmapOptions = {}): Promise<ImageBitmap> {
  const blob = new Blob([file.slice()], { type: mime })
  return await createImageBitmap(blob, { imageOrientation: 'from-image', ...options })
}
