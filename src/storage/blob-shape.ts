// What a blob looks like to every blob store: its id and its bounds.

import { StorageError } from '../messenger/ports.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { limits } from '../protocol/limits.ts'

/** Ids become names of files, so nothing else may pass. */
const blobIdPattern = /^[0-9a-f]{64}$/

/** @throws TypeError unless the id is 32 bytes in lower-case hex */
export function requireBlobId(blobId: string): void {
  if (!blobIdPattern.test(blobId)) throw new TypeError('storage: not a blob id')
}

export function isBlobId(name: string): boolean {
  return blobIdPattern.test(name)
}

/** @throws StorageError `conflict` for a count that no blob has */
export function requireSegmentCount(segmentCount: number): void {
  const whole = Number.isInteger(segmentCount) && segmentCount > 0
  if (!whole || segmentCount > limits.blobSegments) throw new StorageError('conflict')
}

/** @throws StorageError `conflict` unless the segment fits the blob as it was reserved */
export function requireSegment(segmentCount: number, index: number, bytes: Bytes): void {
  if (!isIndexIn(segmentCount, index)) throw new StorageError('conflict')
  if (bytes.length === 0 || bytes.length > limits.segmentBytes) throw new StorageError('conflict')
}

export function isIndexIn(segmentCount: number, index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < segmentCount
}

/** One bit per segment, most significant first. */
export function bitmapOf(segmentCount: number, has: (index: number) => boolean): Bytes {
  const bitmap = new Uint8Array(Math.ceil(segmentCount / 8))
  for (let index = 0; index < segmentCount; index++) {
    if (has(index)) bitmap[index >> 3] = (bitmap[index >> 3] ?? 0) | (0x80 >> (index & 7))
  }
  return bitmap
}
