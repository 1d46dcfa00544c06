// What goes wrong on the device itself while a photo is worked on: memory, graphics, encoders. On the page instead of in the
// worker, where a test can reach.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { preparePhoto } from '../../src/media/worker/photo.ts'
import { gif } from './gifs.ts'
import { frames, gridItems, heic, pictureItem, profileProperty } from './heics.ts'
import { greyJpeg } from './large-jpeg.ts'
import { png, webp, webpChunk } from './photos.ts'
import { rgbProfile } from './profiles.ts'
import { indexOfText } from './bytes.ts'

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

function originalHere(bytes: Uint8Array) {
  return preparePhoto('heic', bytes, 'original', { signal: new AbortController().signal, onProgress: () => {} })
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

  it('leaves none of a HEIC behind either', async () => {
    const bitmaps = watchBitmaps()
    const adobe = profileProperty(rgbProfile('adobe-rgb'))
    await originalHere(heic())
    await originalHere(heic({ items: [pictureItem(1, frames.plain, [adobe])] }))
    await expect(originalHere(heic().subarray(0, -20))).rejects.toMatchObject({ code: 'damaged' })
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

  it('that is encoded anew has the pixels of HD where a larger canvas stays empty, or throws', async () => {
    let throws = false
    const read = OffscreenCanvasRenderingContext2D.prototype.getImageData
    vi.spyOn(OffscreenCanvasRenderingContext2D.prototype, 'getImageData').mockImplementation(function (
      this: OffscreenCanvasRenderingContext2D,
      ...[x, y, width, height, settings]
    ) {
      const isEmpty = this.canvas.width * this.canvas.height > 16_777_216
      if (isEmpty && throws) throw new DOMException('', 'InvalidStateError')
      return isEmpty ? new ImageData(width, height) : read.call(this, x, y, width, height, settings)
    })
    const items = gridItems(1, 5, 4, { frame: frames.large, edge: 1024 })
    for (throws of [false, true]) {
      const { original } = await originalHere(heic({ items }))
      const pixels = (original?.width ?? 0) * (original?.height ?? 0)
      expect(pixels).toBeLessThanOrEqual(16_777_216)
      expect(pixels).toBeGreaterThan(16_000_000)
    }
  }, 60_000)

  it('has the colours of sRGB where the encoder writes no profile for others', async () => {
    const convert = OffscreenCanvas.prototype.convertToBlob
    const spaces: string[] = []
    vi.spyOn(OffscreenCanvas.prototype, 'convertToBlob').mockImplementation(async function (
      this: OffscreenCanvas,
      options?: ImageEncodeOptions,
    ) {
      spaces.push(this.getContext('2d')?.getImageData(0, 0, 1, 1).colorSpace ?? '')
      const bytes = new Uint8Array(await (await convert.call(this, options)).arrayBuffer())
      const at = indexOfText(bytes, 'VP8 ')
      const length = new DataView(bytes.buffer).getUint32(at + 4, true)
      const bare = webp(webpChunk('VP8 ', bytes.subarray(at + 8, at + 8 + length)))
      return new Blob([bare.slice()], { type: 'image/webp' })
    })
    const p3 = profileProperty(rgbProfile('display-p3'))
    const { bytes, mime } = await originalHere(heic({ items: [pictureItem(1, frames.plain, [p3])] }))
    const shown = await createImageBitmap(new Blob([bytes.slice()], { type: mime }))
    const context = new OffscreenCanvas(64, 64).getContext('2d')
    context?.drawImage(shown, 0, 0)
    shown.close()
    // What is shown, then the original twice: as the file's colours, which were lost, and converted.
    expect(spaces).toEqual(['srgb', 'display-p3', 'srgb'])
    expect(context?.getImageData(48, 16, 1, 1).data[1]).toBeGreaterThan(249)
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
