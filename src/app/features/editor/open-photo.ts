// A photo made ready to be edited: how large it is, whether it moves, and a look at it of the size of a screen.

import { editedSize } from './edit.ts'
import type { Size } from './edit.ts'
import { isAnimated } from './is-animated.ts'
import { editorLimits } from './limits.ts'

export interface OpenPhoto {
  /** Upright, at the size of the result. */
  readonly image: Size
  readonly preview: CanvasImageSource & Size
  /** Pixels of the preview for each of the image. */
  readonly previewScale: number
  /** Only its first picture is edited, and is what is left of it. */
  readonly animated: boolean
}

export type PhotoProblem = 'unsupported' | 'too-large'

/** The size is known before anything is decoded: browsers read the header first. */
export async function openPhoto(file: Blob): Promise<OpenPhoto | PhotoProblem> {
  const url = URL.createObjectURL(file)
  try {
    const picture = new Image()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    picture.addEventListener('load', () => resolve(true))
    picture.addEventListener('error', () => resolve(false))
    picture.src = url
    if (!(await promise)) return 'unsupported'
    // Upright: browsers turn it as its EXIF says.
    const { naturalWidth: width, naturalHeight: height } = picture
    if (width === 0 || height === 0) return 'unsupported'
    if (width * height > editorLimits.decodedPixels) return 'too-large'
    const image = editedSize({ width, height })
    const previewScale = Math.min(1, editorLimits.previewEdge / Math.max(image.width, image.height))
    const preview = new OffscreenCanvas(
      Math.max(1, Math.round(image.width * previewScale)),
      Math.max(1, Math.round(image.height * previewScale)),
    )
    const context = preview.getContext('2d')
    if (context === null) return 'too-large'
    context.imageSmoothingQuality = 'high'
    context.drawImage(picture, 0, 0, preview.width, preview.height)
    return { image, preview, previewScale, animated: isAnimated(await headOf(file)) }
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** Animated PNGs say so in front of their pixels. */
const headBytes = 64 * 1024

async function headOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
}
