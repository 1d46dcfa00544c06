// What goes wrong on the device itself while a photo is worked on: memory, graphics, encoders. On the page instead of in the
// worker, where a test can reach.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { preparePhoto } from '../../src/media/worker/photo.ts'
import { gif } from './gifs.ts'
import { greyJpeg } from './large-jpeg.ts'
import { png } from './photos.ts'

const file = greyJpeg(3000, 2000)

interface Opened {
  readonly count: () => number
}

/** Counts decoded pictures that are still held. */
function watchBitmaps(): Opened {
  let open = 0
  const create = globalThis.createImageBitmap.bind(globalThis)
  vi.spyOn(globalThis, 'createImageBitmap').mockImplementation(async (...args: unknown[]) => {
    const bitmap: ImageBitmap = await Reflect.apply(create, globalThis, args)
    open++
    const close = bitmap.close.bind(bitmap)
    bitmap.close = () => {
      open--
      close()
    }
    return bitmap
  })
  return { count: () => open }
}

function prepareHere(bytes: Uint8Array, type: 'jpeg' | 'png' | 'gif' = 'jpeg', signal = new AbortController().signal) {
  return preparePhoto(type, bytes, 'standard', { signal, onProgress: () => {} })
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a photo that is worked on', () => {
  it('leaves no decoded picture behind, whether it succeeds or not', async () => {
    const bitmaps = watchBitmaps()
    await prepareHere(file)
    await prepareHere(gif({ frames: 2 }), 'gif')
    await expect(prepareHere(png(), 'png')).rejects.toMatchObject({ code: 'damaged' })
    vi.spyOn(OffscreenCanvas.prototype, 'getContext').mockReturnValue(null)
    await expect(prepareHere(file)).rejects.toMatchObject({ code: 'no-memory' })
    expect(bitmaps.count()).toBe(0)
  })

  it('is let go when it is cancelled before or after it was decoded', async () => {
    const bitmaps = watchBitmaps()
    for (const stopAt of [1, 2]) {
      const controller = new AbortController()
      let stage = 0
      const onProgress = () => {
        stage++
        if (stage === stopAt) controller.abort()
      }
      const prepared = preparePhoto('jpeg', file, 'standard', { signal: controller.signal, onProgress })
      await expect(prepared).rejects.toMatchObject({ code: 'cancelled' })
    }
    expect(bitmaps.count()).toBe(0)
  })

  it('is refused, not sent black, when the graphics context is lost', async () => {
    vi.spyOn(OffscreenCanvasRenderingContext2D.prototype, 'isContextLost').mockReturnValue(true)
    await expect(prepareHere(file)).rejects.toMatchObject({ code: 'no-memory' })
  })

  it('is refused when the encoder fails', async () => {
    vi.spyOn(OffscreenCanvas.prototype, 'convertToBlob').mockRejectedValue(new DOMException('', 'EncodingError'))
    await expect(prepareHere(file)).rejects.toMatchObject({ code: 'no-memory' })
  })

  it('is sent as JPEG where the browser writes no WebP, and as PNG when it is transparent', async () => {
    const convert = OffscreenCanvas.prototype.convertToBlob
    vi.spyOn(OffscreenCanvas.prototype, 'convertToBlob').mockImplementation(function (
      this: OffscreenCanvas,
      options?: ImageEncodeOptions,
    ) {
      return convert.call(this, options?.type === 'image/webp' ? { type: 'image/png' } : options)
    })
    const noise = new OffscreenCanvas(300, 200)
    const context = noise.getContext('2d')
    const pixels = new ImageData(300, 200)
    let state = 1
    for (let at = 0; at < pixels.data.length; at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      pixels.data[at] = state >>> 24
    }
    for (let at = 3; at < pixels.data.length; at += 4) pixels.data[at] = 255
    context?.putImageData(pixels, 0, 0)
    const opaque = new Uint8Array(await (await convert.call(noise, { type: 'image/png' })).arrayBuffer())
    expect((await prepareHere(opaque, 'png')).mime).toBe('image/jpeg')
    context?.clearRect(0, 0, 50, 50)
    const holed = new Uint8Array(await (await convert.call(noise, { type: 'image/png' })).arrayBuffer())
    expect((await prepareHere(holed, 'png')).mime).toBe('image/png')
  })

  it('of 200 megapixels is refused where the browser cannot decode it at a fraction of its size', async () => {
    const large = greyJpeg(20_000, 10_000)
    vi.stubGlobal(
      'ImageDecoder',
      class {
        decode = async () => ({ image: { displayWidth: 20_000, displayHeight: 10_000, close: () => {} } })
        close = () => {}
      },
    )
    await expect(prepareHere(large)).rejects.toMatchObject({ code: 'too-large' })
    vi.unstubAllGlobals()
  })
})
