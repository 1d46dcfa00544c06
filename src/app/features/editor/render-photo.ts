// An edited photo at full size. What comes out is pixels that were drawn: no metadata can be in it.

import { editedSize } from './edit.ts'
import type { PhotoEdit } from './edit.ts'
import { translation } from './matrix.ts'
import { secureNoise } from './noise.ts'
import { destroyRegions, filterBase, paintScene } from './paint.ts'

/** Small losses only: the photo is encoded once more when it is sent in Standard or HD. */
const quality = 0.95

/** @throws what decoders and canvases throw */
export async function renderPhoto(file: Blob, edit: PhotoEdit): Promise<Blob> {
  const photo = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const image = editedSize(photo)
  const base = contextOf(image.width, image.height, { willReadFrequently: true })
  base.imageSmoothingQuality = 'high'
  base.drawImage(photo, 0, 0, image.width, image.height)
  photo.close()
  destroyRegions(base, image, edit, { scale: 1, noise: secureNoise() })
  filterBase(base, image, edit)

  const { crop } = edit
  const width = Math.max(1, Math.round(crop.width))
  const height = Math.max(1, Math.round(crop.height))
  const target = contextOf(width, height)
  const needsLayer = edit.operations.some(({ kind }) => kind === 'stroke')
  const layer = needsLayer ? contextOf(width, height) : target
  const frameToTarget = translation(-crop.x, -crop.y)
  paintScene(target, layer, { image, edit, base: base.canvas, baseScale: 1, frameToTarget })
  return await encode(target)
}

/** WebP, or JPEG on white where the browser cannot write WebP: it silently gives PNG then. */
async function encode({ canvas }: OffscreenCanvasRenderingContext2D): Promise<Blob> {
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality })
  if (webp.type === 'image/webp') return webp
  const opaque = contextOf(canvas.width, canvas.height)
  opaque.fillStyle = '#fff'
  opaque.fillRect(0, 0, canvas.width, canvas.height)
  opaque.drawImage(canvas, 0, 0)
  return await opaque.canvas.convertToBlob({ type: 'image/jpeg', quality })
}

function contextOf(
  width: number,
  height: number,
  settings?: CanvasRenderingContext2DSettings,
): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', settings)
  if (context === null) throw new Error('no canvas of this size')
  return context
}
