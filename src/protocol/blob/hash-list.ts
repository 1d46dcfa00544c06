// The list of segment hashes (§7). It comes from the sender inside the ratchet message, so a segment may come from
// anybody: it is checked against the list before it is stored or opened.

import type { Bytes } from '../bytes.ts'
import { equalBytes } from '../bytes.ts'
import { limits } from '../limits.ts'
import { bulkSha256 } from '../primitives/bulk-sha256.ts'
import { sha256 } from '../primitives/hash.ts'

export const hashBytes = 32

export const maxHashListBytes = limits.blobSegments * hashBytes

/** SHA-256 over the list. */
export function rootOf(hashes: Bytes): Bytes {
  return sha256(hashes)
}

/** Whether the list has one hash per segment and belongs to the root. */
export function verifyHashes(root: Bytes, hashes: Bytes, segmentCount: number): boolean {
  return hashes.length === segmentCount * hashBytes && equalBytes(rootOf(hashes), root)
}

/** Whether these bytes are segment `index` of a verified list. */
export async function verifySegment(hashes: Bytes, index: number, segment: Bytes): Promise<boolean> {
  const at = index * hashBytes
  if (!Number.isInteger(index) || index < 0 || at + hashBytes > hashes.length) return false
  if (segment.length > limits.segmentBytes) return false
  return equalBytes(await bulkSha256(segment), hashes.subarray(at, at + hashBytes))
}
