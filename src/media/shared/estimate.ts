// How large a photo will be at each quality, from its head and the size of its file: for a composer to show before anything
// is decoded. The factors are those of real photos; it is off by less than half for most of them.

import type { Quality } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import { classify } from './classify.ts'
import { sizeInHead } from './photo/head-size.ts'
import type { MediaType } from './sniff.ts'
import type { ByteSource } from './source.ts'

export interface SizeEstimate {
  /** Of everything that leaves: of a photo in Original, also of what is shown of it. */
  readonly sizeBytes: number
  /** False: about. */
  readonly isExact: boolean
}

/** Bytes of the result for each byte of the file, at the same number of pixels. */
const shrinkage: Readonly<Partial<Record<MediaType, number>>> = { jpeg: 0.45, webp: 0.9, heic: 0.7, avif: 1 }
/** Bytes a pixel of photos as they are sent, from smooth to detailed. */
const [smooth, usual, detailed] = [0.03, 0.1, 0.4]
/** Of phones, for a photo that does not say it near its beginning. */
const usualSize = { width: 4000, height: 3000 } as const
/** Of an original that is encoded anew, for each byte of its file: WebP near to lossless takes more than HEVC and AV1. */
const anewFactor = 2.3
/** HD is encoded at a higher quality. */
const hdFactor = 1.3
/** A PNG with less than this a pixel is a drawing or a screenshot; photos have three and more. */
const drawnBytesPerPixel = 1

/**
 * Undefined for a video, which has to be looked into, and not for a photo.
 * @throws MediaError `empty`, `not-media`, `too-large`, `unreadable`
 */
export async function estimatePhoto(source: ByteSource, quality: Quality): Promise<SizeEstimate | undefined> {
  if (quality === 'file') return { sizeBytes: source.sizeBytes, isExact: true }
  const type = await classify(source)
  if (type === 'mp4' || type === 'webm') return undefined
  const head = await source.read(0, Math.min(mediaLimits.headBytes, source.sizeBytes))
  const { width, height } = sizeInHead(type, head) ?? usualSize
  const pixels = Math.max(1, width * height)
  const standard = pixels * Math.min(1, mediaLimits.standardEdge / Math.max(width, height)) ** 2
  const sizeBytes = (target: number) => Math.round(rendition(type, source.sizeBytes, pixels, target))
  if (type === 'gif') return about(source.sizeBytes)
  if (quality === 'standard') return about(sizeBytes(standard))
  if (quality === 'hd')
    return about(Math.min(source.sizeBytes, Math.round(hdFactor * sizeBytes(Math.min(pixels, mediaLimits.hdPixels)))))
  const isAnew = type === 'heic' || type === 'avif'
  const originalBytes = isAnew ? Math.round(source.sizeBytes * anewFactor) : source.sizeBytes
  const isSole = pixels === standard && originalBytes <= mediaLimits.soleOriginalBytes
  return about(isSole ? originalBytes : originalBytes + sizeBytes(standard))
}

function rendition(type: MediaType, fileBytes: number, pixels: number, target: number): number {
  const perPixel = fileBytes / pixels
  const lossless = perPixel < drawnBytesPerPixel ? Math.max(smooth, perPixel * 0.8) : usual
  const factor = shrinkage[type]
  const expected = factor === undefined ? lossless : Math.min(detailed, Math.max(smooth, perPixel * factor))
  return Math.min(fileBytes, target * expected)
}

function about(sizeBytes: number): SizeEstimate {
  return { sizeBytes, isExact: false }
}
