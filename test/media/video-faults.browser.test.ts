// What goes wrong on the device itself while a video is worked on: room, and the graphics process with its decoders and
// encoders. On the page instead of in the worker, where a test can reach.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { cdp } from 'vitest/browser'
import { MediaError } from '../../src/messenger/ports.ts'
import { blobSource } from '../../src/media/shared/source.ts'
import { createScratchWriter } from '../../src/media/shared/scratch/scratch-writer.ts'
import type { VideoQuality } from '../../src/media/shared/video/target.ts'
import type { Scratch } from '../../src/media/worker/scratch-files.ts'
import { scratchFiles } from '../../src/media/worker/scratch-files.ts'
import { prepareVideo } from '../../src/media/worker/video/prepare-video.ts'
import { preparer, scratchFiles as leftFiles } from './in-browser.ts'
import { recordVideo } from './recordings.ts'

afterEach(() => vi.unstubAllGlobals())

const inMemory = scratchFiles(undefined, '')

/** A disk with no room, after so many blocks. */
function fullAfter(blocks: number): Scratch & { readonly discarded: () => number } {
  let [left, discarded] = [blocks, 0]
  return {
    discarded: () => discarded,
    create: () =>
      createScratchWriter({
        write() {
          left -= 1
          if (left < 0) throw new MediaError('no-room')
        },
        finish: async () => ({ file: new Blob() }),
        discard: async () => void discarded++,
      }),
  }
}

function prepareHere(type: 'mp4' | 'webm', file: Uint8Array, quality: VideoQuality, scratch: Scratch = inMemory) {
  const { signal } = new AbortController()
  const source = blobSource(new Blob([file.slice()]))
  return prepareVideo(type, source, { quality, edits: {}, scratch, signal, onProgress: () => {} })
}

describe('a video for which there is no room', () => {
  it('is refused for that reason, not for being damaged, and leaves nothing behind', async () => {
    const recorded = await recordVideo({ codec: 'vp9', container: 'webm', frames: 45, bitrate: 12_000_000 })
    const filmed = await recordVideo({ frames: 90, bitrate: 20_000_000 })
    for (const blocks of [0, 1]) {
      const disk = fullAfter(blocks)
      await expect(prepareHere('webm', recorded, 'original', disk)).rejects.toMatchObject({ code: 'no-room' })
      expect(disk.discarded()).toBe(1)
    }
    const disk = fullAfter(0)
    await expect(prepareHere('mp4', filmed, 'standard', disk)).rejects.toMatchObject({ code: 'no-room' })
    expect(disk.discarded()).toBe(1)
  })

  it('is refused likewise when the browser gives no more, and may go as a file', async () => {
    const file = await recordVideo({ codec: 'vp9', container: 'webm', frames: 45, bitrate: 12_000_000 })
    const { usage = 0 } = await navigator.storage.estimate()
    const quota = (quotaSize?: number) =>
      cdp().send('Storage.overrideQuotaForOrigin', {
        origin: location.origin,
        ...(quotaSize === undefined ? {} : { quotaSize }),
      })
    await quota(usage + 100_000)
    try {
      await expect(preparer.prepare(file, { quality: 'original' })).rejects.toMatchObject({
        name: 'MediaError',
        code: 'no-room',
        asFile: true,
      })
    } finally {
      await quota()
    }
    await expect.poll(leftFiles).toEqual([])
    await (await preparer.prepare(file, { quality: 'original' })).close()
  })
})

describe('a video whose encoder is lost with the graphics process', () => {
  it('is not sent in another way than was asked for; as it is, it can be', async () => {
    const file = await recordVideo({ frames: 45, width: 640, height: 360, bitrate: 10_000_000 })
    let encoded = 0
    vi.stubGlobal(
      'VideoEncoder',
      class extends VideoEncoder {
        readonly #lost: WebCodecsErrorCallback
        constructor(init: VideoEncoderInit) {
          super(init)
          this.#lost = init.error
        }
        override encode(frame: VideoFrame, options?: VideoEncoderEncodeOptions): void {
          encoded += 1
          if (encoded < 10) return super.encode(frame, options)
          if (this.state === 'closed') return
          this.close()
          this.#lost(new DOMException('', 'OperationError'))
        }
      },
    )
    await expect(prepareHere('mp4', file, 'standard')).rejects.toMatchObject({ code: 'not-converted' })
    expect(encoded).toBeGreaterThanOrEqual(10)
    expect((await prepareHere('mp4', file, 'original')).plan.durationMs).toBeGreaterThan(1400)
  })

  it('goes without a still when it is the decoder that is lost', async () => {
    const file = await recordVideo({ frames: 10 })
    let decoded = 0
    vi.stubGlobal(
      'VideoDecoder',
      class extends VideoDecoder {
        readonly #lost: WebCodecsErrorCallback
        constructor(init: VideoDecoderInit) {
          super(init)
          this.#lost = init.error
        }
        override decode(): void {
          decoded += 1
          if (this.state === 'closed') return
          this.close()
          this.#lost(new DOMException('', 'OperationError'))
        }
      },
    )
    const { poster, plan } = await prepareHere('mp4', file, 'original')
    expect([decoded > 0, poster, plan.width]).toEqual([true, undefined, 320])
  })
})
