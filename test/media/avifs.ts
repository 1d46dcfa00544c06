// AVIF files of one frame, encoded by the browser.

import { be } from './bytes.ts'
import type { Frame } from './heics.ts'

/** Four squares as in the frames of HEIC. */
export async function avifFrame(): Promise<Frame> {
  const canvas = new OffscreenCanvas(64, 64)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  for (const [index, colour] of ['#f00', '#0f0', '#00f', '#fff'].entries()) {
    context.fillStyle = colour
    context.fillRect(32 * (index % 2), 32 * (index >> 1), 32, 32)
  }
  return { kind: 'av01', configuration: be(1, 0x81, 0, 0x0c, 0), data: await encodeFrame(canvas) }
}

async function encodeFrame(canvas: OffscreenCanvas): Promise<Uint8Array> {
  const encoded = Promise.withResolvers<Uint8Array>()
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      encoded.resolve(bytes)
    },
    error: (error) => encoded.reject(error),
  })
  encoder.configure({ codec: 'av01.0.00M.08', width: 64, height: 64, bitrate: 2_000_000, latencyMode: 'quality' })
  const picture = new VideoFrame(canvas, { timestamp: 0 })
  encoder.encode(picture, { keyFrame: true })
  picture.close()
  await encoder.flush()
  encoder.close()
  return await encoded.promise
}
