// A photo made ready to be edited: how large it is, whether it moves, and a look at it of the size of a screen. What the
// browser cannot show (HEIC) is edited in a picture made of it.

import { toAppError } from '../../state/app-error.ts'
import type { MediaTools } from '../../state/media-tools.ts'
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
  /** The file, or where the browser cannot show it, a picture made of it: what an edit is rendered from. */
  readonly readable: Blob
}

export type PhotoProblem = 'unsupported' | 'too-large' | 'damaged' | 'no-memory' | 'not-loaded'

interface Options {
  /** Makes a picture of a photo that the browser cannot show; absent: nothing does. */
  readonly look: MediaTools['look'] | undefined
  readonly signal: AbortSignal
}

/** The size is known before anything is decoded: browsers read the header first. @throws what `look` throws */
export async function openPhoto(file: Blob, { look, signal }: Options): Promise<OpenPhoto | PhotoProblem> {
  const shown = await openShown(file)
  if (shown !== 'unsupported' || look === undefined) return shown
  return await openShown(await look(file, { isLarge: true, signal }))
}

/** What is to be said of a photo that could not be opened. */
export function photoProblem(error: unknown): PhotoProblem {
  switch (toAppError(error).key) {
    case 'media/too-large':
      return 'too-large'
    case 'media/damaged':
      return 'damaged'
    case 'media/no-memory':
      return 'no-memory'
    case 'media/not-loaded':
      return 'not-loaded'
    default:
      return 'unsupported'
  }
}

async function openShown(file: Blob): Promise<OpenPhoto | PhotoProblem> {
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
    return { image, preview, previewScale, animated: isAnimated(await headOf(file)), readable: file }
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** Animated PNGs say so in front of their pixels. */
const headBytes = 64 * 1024

async function headOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
}
