// The picture of a group: small enough to travel in a content, and a JPEG of which everybody knows before it is decoded how large
// it is and that nothing is in it but the picture. The log has its hash (docs/protocol.md §9, The picture).

import type { Bytes } from '../bytes.ts'
import { equalBytes } from '../bytes.ts'
import { decodeWith, encodeWith, fixedBytes } from '../cbor/codec.ts'
import { field, shape } from '../cbor/shape.ts'
import { limits } from '../limits.ts'
import { sha256 } from '../primitives/hash.ts'

const markCodec = shape({ hash: field(1, fixedBytes(32)) })
const bounds = { maxBytes: limits.groupPictureBytes, maxDepth: 2, maxItems: 4 }

const marker = {
  start: 0xd8,
  scan: 0xda,
  end: 0xffd9,
  /** Tables, restart interval, and what tells of colours: JFIF, profile, Adobe. */
  kept: new Set([0xdb, 0xc4, 0xdd, 0xe0, 0xe2, 0xee]),
  /** Baseline, extended and progressive. */
  frames: new Set([0xc0, 0xc1, 0xc2]),
} as const

/** What an operation says of a picture. */
export function pictureMark(picture: Bytes): Bytes {
  return encodeWith(markCodec, { hash: sha256(picture) })
}

/** The hash of the picture that a group has, 32 bytes; undefined for what a later version may mean by it. */
export function pictureHash(mark: Bytes): Bytes | undefined {
  return decodeWith(markCodec, mark, bounds)?.hash
}

export function isPictureOf(hash: Bytes, picture: Bytes): boolean {
  return isGroupPicture(picture) && equalBytes(hash, sha256(picture))
}

/** A JPEG of at most 24 KiB and 512 pixels a side, without metadata, comments, a picture within or anything behind it. */
export function isGroupPicture(bytes: Bytes): boolean {
  if (bytes.length > limits.groupPictureFileBytes || bytes[0] !== 0xff || bytes[1] !== marker.start) return false
  let hasSize = false
  let hasScan = false
  let at = 2
  while (at + 4 <= bytes.length) {
    const code = bytes[at + 1] ?? 0
    const length = u16(bytes, at + 2)
    if (bytes[at] !== 0xff || length < 2 || at + 2 + length > bytes.length) return false
    if (code === marker.scan) hasScan = hasSize
    else if (marker.frames.has(code)) {
      // A second one could be of another size.
      if (hasSize || length < 8 || !isSmall(bytes, at + 4)) return false
      hasSize = true
    } else if (!marker.kept.has(code)) return false
    at += 2 + length
    if (code === marker.scan) at = nextMarker(bytes, at)
  }
  return hasScan && at === bytes.length - 2 && u16(bytes, at) === marker.end
}

/** Behind a scan: what is no restart, and no 0xff of the scan itself. */
function nextMarker(bytes: Bytes, from: number): number {
  let at = from
  while (at < bytes.length) {
    const next = bytes[at + 1] ?? 0
    if (bytes[at] === 0xff && next !== 0 && (next < 0xd0 || next > 0xd7)) break
    at++
  }
  return at
}

function isSmall(bytes: Bytes, at: number): boolean {
  const [height, width] = [u16(bytes, at + 1), u16(bytes, at + 3)]
  return height > 0 && height <= limits.groupPicturePixels && width > 0 && width <= limits.groupPicturePixels
}

function u16(bytes: Bytes, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
