// Pixels: scaling, encoding, and the thumbhash.

import { rgbaToThumbHash } from 'thumbhash'
import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import type { Orientation } from '../shared/photo/exif.ts'
import { upright } from '../shared/photo/exif.ts'
import { profileGamut } from '../shared/photo/icc.ts'
import { stripPhoto } from '../shared/photo/strip.ts'
import type { Picture } from '../shared/prepared.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** 0 to 1, as WebP and JPEG encoders count. */
export interface EncodingQuality {
  readonly webp: number
  readonly jpeg: number
}

type Gamut = ReturnType<typeof profileGamut>

/** Where the stored rows and columns run to, as EXIF counts. */
const axes: Readonly<Record<Orientation, readonly [a: number, b: number, c: number, d: number]>> = {
  1: [1, 0, 0, 1],
  2: [-1, 0, 0, 1],
  3: [-1, 0, 0, -1],
  4: [1, 0, 0, -1],
  5: [0, 1, 1, 0],
  6: [0, 1, -1, 0],
  7: [0, -1, -1, 0],
  8: [0, -1, 1, 0],
}

type Drawable = ImageBitmap | OffscreenCanvas | VideoFrame

/** @throws MediaError `no-memory` when the platform has no room for the canvas, or has taken it away */
export function draw(
  picture: Drawable,
  { width, height }: Size,
  colorSpace: PredefinedColorSpace = 'srgb',
): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  const context = context2d(canvas, colorSpace)
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, 0, 0, width, height)
  checkContext(context)
  return canvas
}

/** Turned and mirrored as an orientation says; `size` is that of the result. @throws MediaError `no-memory` */
export function drawTurned(picture: ImageBitmap, size: Size, orientation: Orientation): OffscreenCanvas {
  const canvas = new OffscreenCanvas(size.width, size.height)
  const context = context2d(canvas)
  const [a, b, c, d] = axes[orientation]
  const turned = upright(picture, orientation)
  const [across, down] = [size.width / turned.width, size.height / turned.height]
  // Without a change of size each pixel is one again.
  context.imageSmoothingEnabled = across !== 1 || down !== 1
  context.imageSmoothingQuality = 'high'
  const [left, top] = [a + c < 0 ? size.width : 0, b + d < 0 ? size.height : 0]
  context.setTransform(a * across, b * down, c * across, d * down, left, top)
  context.drawImage(picture, 0, 0)
  checkContext(context)
  return canvas
}

/**
 * WebP, or where that cannot be, by the browser or for its length, JPEG; PNG there for what is transparent. Of a canvas in
 * Display P3 its colours too; sRGB where the browser writes no profile.
 * @throws MediaError `no-memory`, `unsupported`
 */
export async function encode(canvas: OffscreenCanvas, quality: EncodingQuality): Promise<Picture> {
  const webp = isLong(canvas) ? undefined : await convert(canvas, 'webp', quality.webp)
  const encoded = webp ?? (await convert(canvas, isTransparent(canvas) ? 'png' : 'jpeg', quality.jpeg))
  if (encoded === undefined) throw new MediaError('unsupported')
  const isWide = context2d(canvas).getImageData(0, 0, 1, 1).colorSpace === 'display-p3'
  // Without a profile its numbers would be taken for those of sRGB, and all of it look faded.
  if (isWide && encoded.gamut !== 'display-p3') return await encode(draw(canvas, canvas), quality)
  return encoded.picture
}

/** Whether the platform has a canvas of this size. Some throw, others give one that stays empty. */
export function hasRoom({ width, height }: Size): boolean {
  try {
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d', { willReadFrequently: true })
    context?.fillRect(width - 1, height - 1, 1, 1)
    const corner = context?.getImageData(width - 1, height - 1, 1, 1).data[3]
    // What it holds is given back at once, not when it is collected.
    canvas.width = 0
    return corner === 255
  } catch {
    return false
  }
}

/** Every pixel as it is: lossless WebP where the browser writes that, else PNG. @throws MediaError `no-memory` */
export async function encodeLossless(canvas: OffscreenCanvas): Promise<Picture> {
  // Chromium writes lossless WebP at quality 1. Others write lossy WebP there, as what they wrote tells.
  const webp = await convert(canvas, 'webp', 1)
  if (webp?.lossless === true) return webp.picture
  const png = await convert(canvas, 'png')
  if (png === undefined) throw new MediaError('unsupported')
  return png.picture
}

/** Undefined when the browser does not write this type: it silently gives PNG then. */
async function convert(
  canvas: OffscreenCanvas,
  type: 'webp' | 'jpeg' | 'png',
  quality?: number,
): Promise<{ readonly picture: Picture; readonly lossless: boolean; readonly gamut: Gamut } | undefined> {
  const { width, height } = canvas
  try {
    const blob = await canvas.convertToBlob({ type: `image/${type}`, ...(quality !== undefined && { quality }) })
    if (blob.type !== `image/${type}`) return undefined
    // Encoders put in a colour profile that names their maker.
    const { mime, bytes, lossless, profile } = await stripPhoto(type, await bytesOf(blob))
    const gamut = profile === undefined ? 'srgb' : profileGamut(profile)
    return { picture: { mime, width, height, bytes }, lossless, gamut }
  } catch (cause) {
    throw new MediaError('no-memory', { cause })
  }
}

export function thumbhashOf(picture: ImageBitmap | OffscreenCanvas): Uint8Array {
  const size = fitEdge(picture, mediaLimits.thumbhashEdge)
  const { data } = context2d(draw(picture, size)).getImageData(0, 0, size.width, size.height)
  return rgbaToThumbHash(size.width, size.height, data)
}

/** Scaled down so that the long edge fits; never up. */
export function fitEdge(size: Size, edge: number): Size {
  return scaled(size, Math.min(1, edge / Math.max(size.width, size.height)))
}

/** Scaled down so that area and sides fit; rounded down, or it would pass the limit by a row. */
export function fitPixels({ width, height }: Size, pixels: number, longest: number = mediaLimits.encodedSide): Size {
  const side = longest / Math.max(width, height)
  const factor = Math.min(1, side, Math.sqrt(pixels / (width * height)))
  return { width: Math.max(1, Math.floor(width * factor)), height: Math.max(1, Math.floor(height * factor)) }
}

function scaled({ width, height }: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) }
}

/**
 * How much of it is flat: the share of pixels that are the same as the one before them. Photos have little of that,
 * screenshots and drawings are mostly that.
 */
export function flatness(canvas: OffscreenCanvas): number {
  let [same, all] = [0, 0]
  // Every eighth row tells as much as all of them.
  for (let y = 0; y < canvas.height; y += 8) {
    const row = new Uint32Array(context2d(canvas).getImageData(0, y, canvas.width, 1).data.buffer)
    for (let x = 1; x < row.length; x++) if (row[x] === row[x - 1]) same++
    all += row.length
  }
  return same / all
}

function isLong({ width, height }: Size): boolean {
  return Math.max(width, height) > mediaLimits.encodedSide
}

function isTransparent(canvas: OffscreenCanvas): boolean {
  const { data } = context2d(canvas).getImageData(0, 0, canvas.width, canvas.height)
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true
  return false
}

/** In the processor's memory: nothing is lost when the graphics card is reset, and reading pixels costs little. */
function context2d(canvas: OffscreenCanvas, colorSpace?: PredefinedColorSpace): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true, ...(colorSpace && { colorSpace }) })
  if (context === null) throw new MediaError('no-memory')
  return context
}

/** A context that was taken away draws nothing, without a word. */
function checkContext(context: OffscreenCanvasRenderingContext2D): void {
  // Not in every browser.
  if ('isContextLost' in context && context.isContextLost()) throw new MediaError('no-memory')
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer())
}
