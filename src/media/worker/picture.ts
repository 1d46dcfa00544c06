// Pixels: decoding, scaling, encoding, and the thumbhash. Each picture is closed as soon as it was drawn.

import { rgbaToThumbHash } from 'thumbhash'
import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'

export interface Encoded {
  readonly mime: string
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** 0 to 1, as WebP and JPEG encoders count. */
export interface EncodingQuality {
  readonly webp: number
  readonly jpeg: number
}

type Drawable = ImageBitmap | OffscreenCanvas

/** Upright, whatever EXIF says. @throws what the platform throws for a picture that it cannot decode */
export async function decode(bytes: Uint8Array, mime: string): Promise<ImageBitmap> {
  const blob = new Blob([bytes.slice()], { type: mime })
  return await createImageBitmap(blob, { imageOrientation: 'from-image' })
}

export function draw(picture: Drawable, { width, height }: Size): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  const context = context2d(canvas)
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, 0, 0, width, height)
  return canvas
}

/** WebP, or JPEG on white where the browser cannot write WebP. */
export async function encode(canvas: OffscreenCanvas, quality: EncodingQuality): Promise<Encoded> {
  const { width, height } = canvas
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality: quality.webp })
  // A browser that does not know a type silently gives PNG.
  if (webp.type === 'image/webp') return { mime: webp.type, width, height, bytes: await bytesOf(webp) }
  const opaque = new OffscreenCanvas(width, height)
  const context = context2d(opaque)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(canvas, 0, 0)
  const jpeg = await opaque.convertToBlob({ type: 'image/jpeg', quality: quality.jpeg })
  if (jpeg.type !== 'image/jpeg') throw new MediaError('unsupported')
  return { mime: jpeg.type, width, height, bytes: await bytesOf(jpeg) }
}

export function thumbhashOf(picture: Drawable): Uint8Array {
  const size = fitEdge(picture, mediaLimits.thumbhashEdge)
  const { data } = context2d(draw(picture, size)).getImageData(0, 0, size.width, size.height)
  return rgbaToThumbHash(size.width, size.height, data)
}

/** Scaled down so that the long edge fits; never up. */
export function fitEdge(size: Size, edge: number): Size {
  return scaled(size, Math.min(1, edge / Math.max(size.width, size.height)))
}

/** Scaled down so that the area fits; rounded down, or it would pass the limit by a row. */
export function fitPixels({ width, height }: Size, pixels: number): Size {
  const factor = Math.min(1, Math.sqrt(pixels / (width * height)))
  return { width: Math.max(1, Math.floor(width * factor)), height: Math.max(1, Math.floor(height * factor)) }
}

function scaled({ width, height }: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) }
}

function context2d(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (context === null) throw new MediaError('unsupported')
  return context
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer())
}
