// What a group is shown by, of any photo that can be shown: its middle, as a small JPEG without anything but the picture.

import { AppError } from '../../state/app-error.ts'
import type { MediaTools } from '../../state/media-tools.ts'

/** `groupPictureFileBytes` of the protocol's limits; its bound on pixels is above what is made here. */
const mostBytes = 24 * 1024

/** From the best that may fit to what always does. */
const attempts = [
  { pixels: 384, quality: 0.85 },
  { pixels: 384, quality: 0.7 },
  { pixels: 256, quality: 0.8 },
  { pixels: 256, quality: 0.6 },
  { pixels: 128, quality: 0.7 },
  { pixels: 96, quality: 0.5 },
] as const

/** `look` makes a picture of what the browser cannot show. @throws AppError when neither can show the file */
export async function groupPictureFrom(file: Blob, look: MediaTools['look'] | undefined): Promise<Uint8Array> {
  const photo = await decoded(file, look).catch((error: unknown) => {
    throw new AppError({ key: 'usage/bad-picture' }, { cause: error })
  })
  try {
    for (const { pixels, quality } of attempts) {
      const blob = await squareOf(photo, pixels, quality)
      if (blob !== undefined && blob.size <= mostBytes) return new Uint8Array(await blob.arrayBuffer())
    }
  } finally {
    photo.close()
  }
  throw new AppError({ key: 'usage/bad-picture' })
}

async function decoded(file: Blob, look: MediaTools['look'] | undefined): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file)
  } catch (error) {
    if (look === undefined) throw error
    return await createImageBitmap(await look(file, { signal: new AbortController().signal }))
  }
}

async function squareOf(photo: ImageBitmap, pixels: number, quality: number): Promise<Blob | undefined> {
  const canvas = document.createElement('canvas')
  canvas.width = pixels
  canvas.height = pixels
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  const side = Math.min(photo.width, photo.height)
  // What is transparent would be black in a JPEG.
  context.fillStyle = 'white'
  context.fillRect(0, 0, pixels, pixels)
  context.imageSmoothingQuality = 'high'
  const [left, top] = [(photo.width - side) / 2, (photo.height - side) / 2]
  context.drawImage(photo, left, top, side, side, 0, 0, pixels, pixels)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
  return blob ?? undefined
}
