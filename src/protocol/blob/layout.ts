// Where the bytes of a rendition lie in its segments (§7). The plain stream is `u64 length ‖ bytes ‖ zero padding`, cut
// into segments of equal length; the padding (Padmé) hides the length up to 12 %, so the segment count is all that a
// relay learns.

import { limits } from '../limits.ts'
import { CryptoError } from '../primitives/error.ts'
import type { FloeParameters } from './floe.ts'
import { floeOverheadBytes } from './floe.ts'

/** AES-256-GCM keys rotate every 2^20 segments, as FLOE fixes it: never within the largest blob. */
export const floeParameters: FloeParameters = { segmentBytes: limits.segmentBytes, rotationBits: 20 }

/** Length of the length field at the head of the stream. */
export const lengthFieldBytes = 8

/** Plaintext in every segment but the last. */
const plainPerSegment = limits.segmentBytes - floeOverheadBytes

export interface SegmentLayout {
  readonly sizeBytes: number
  /** The padded stream. */
  readonly streamBytes: number
  readonly segmentCount: number
  readonly plainPerSegment: number
  /** Plaintext in the last segment, 1 or more. */
  readonly lastPlainBytes: number
}

/** @throws CryptoError `usage` unless 0 ≤ sizeBytes ≤ `limits.blobBytes` */
export function segmentLayout(sizeBytes: number): SegmentLayout {
  if (!Number.isInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > limits.blobBytes) throw new CryptoError('usage')
  const streamBytes = padme(lengthFieldBytes + sizeBytes)
  const segmentCount = Math.ceil(streamBytes / plainPerSegment)
  const lastPlainBytes = streamBytes - (segmentCount - 1) * plainPerSegment
  return { sizeBytes, streamBytes, segmentCount, plainPerSegment, lastPlainBytes }
}

/** Length of one sealed segment. */
export function sealedSegmentBytes(layout: SegmentLayout, index: number): number {
  return index === layout.segmentCount - 1 ? layout.lastPlainBytes + floeOverheadBytes : limits.segmentBytes
}

/**
 * The segments that hold bytes [start, end) of the rendition, both included; for an empty range `last` is below `first`.
 * @throws CryptoError `usage` unless 0 ≤ start ≤ end ≤ sizeBytes
 */
export function segmentsOfRange(
  blob: { readonly sizeBytes: number },
  start: number,
  end: number,
): { readonly first: number; readonly last: number } {
  const valid = Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= blob.sizeBytes
  if (!valid) throw new CryptoError('usage')
  const first = Math.floor((start + lengthFieldBytes) / plainPerSegment)
  return { first, last: start === end ? first - 1 : Math.floor((end - 1 + lengthFieldBytes) / plainPerSegment) }
}

/** The segment that holds a byte of a rendition, and where in the rendition that segment ends. */
export function segmentAt(position: number): { readonly index: number; readonly end: number } {
  const index = Math.floor((position + lengthFieldBytes) / plainPerSegment)
  return { index, end: (index + 1) * plainPerSegment - lengthFieldBytes }
}

/** Rounds up so that only O(log log length) bits of the length show (Nikitin et al., PETS 2019). For lengths below 2^53. */
export function padme(length: number): number {
  if (length < 2) return length
  const exponent = floorLog2(length)
  const unit = 2 ** (exponent - (floorLog2(exponent) + 1))
  return unit <= 1 ? length : Math.ceil(length / unit) * unit
}

// Not Math.log2, which rounds just below large powers of two; nor bit operators, which end at 2^32.
function floorLog2(value: number): number {
  const high = Math.floor(value / 2 ** 32)
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value)
}
