// Photos of real cameras for tests in a browser, and comparing pixels.

import { commands } from 'vitest/browser'

/** None where the collection is not at hand. */
export const realPhotoNames = await commands.realPhotoNames()

export async function realPhoto(name: string): Promise<Uint8Array> {
  return Uint8Array.from(atob(await commands.realPhoto(name)), (char) => char.charCodeAt(0))
}

/** Tags that ExifTool finds, as `group:name`. */
export async function exifTags(bytes: Uint8Array): Promise<Readonly<Record<string, unknown>>> {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return await commands.exifTags(btoa(text))
}

async function pixelsOf(bytes: Uint8Array, mime: string): Promise<ImageData> {
  const bitmap = await createImageBitmap(new Blob([bytes.slice()], { type: mime }))
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('no canvas')
  context.drawImage(bitmap, 0, 0)
  const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height)
  bitmap.close()
  return pixels
}

export async function pixelDigest(bytes: Uint8Array, mime: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', (await pixelsOf(bytes, mime)).data.slice())
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Mean difference of a colour value between two pictures, both scaled to 64 × 64. */
export async function difference(one: Blob, other: Blob): Promise<number> {
  const [first, second] = await Promise.all([one, other].map(small))
  if (first === undefined || second === undefined) throw new Error('nothing to compare')
  return first.reduce((sum, value, index) => sum + Math.abs(value - (second[index] ?? 0)), 0) / first.length
}

async function small(picture: Blob): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(picture)
  const context = new OffscreenCanvas(64, 64).getContext('2d')
  if (context === null) throw new Error('no canvas')
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, 64, 64)
  bitmap.close()
  return context.getImageData(0, 0, 64, 64).data
}
