// Finds a QR code in a picture: a frame of the camera, or a photo of a screen.

import decodeQR from 'qr/decode.js'

/** Longer sides are made smaller first: a code that fills a hand's breadth of the picture is still sharp enough. */
const maxSidePx = 1600

/** The code's text; undefined where none can be read. */
export function readCode(picture: HTMLVideoElement | ImageBitmap, timeLimitMs: number): string | undefined {
  const isVideo = picture instanceof HTMLVideoElement
  const [width, height] = isVideo ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height]
  if (width === 0 || height === 0) return undefined
  const scale = Math.min(1, maxSidePx / Math.max(width, height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) return undefined
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  try {
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), { timeLimit: timeLimitMs })
  } catch {
    // The decoder's way of saying that there is none.
    return undefined
  }
}
