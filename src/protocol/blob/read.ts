// Random access to a sealed rendition (§7): opens only the segments that a range touches. Position and finality come
// from the manifest. Whoever stores segments has checked their hashes on arrival; opening them authenticates them again.

import type { Bytes } from '../bytes.ts'
import { equalBytes, u64 } from '../bytes.ts'
import { CryptoError } from '../primitives/error.ts'
import { giveBack } from '../primitives/give-back.ts'
import { openSegment, startOpening } from './floe.ts'
import { maxHashListBytes } from './hash-list.ts'
import { inLanes } from './lanes.ts'
import { floeParameters, lengthFieldBytes, sealedSegmentBytes, segmentLayout, segmentsOfRange } from './layout.ts'
import type { BlobDescription } from './manifest.ts'
import { isConsistentBlob } from './manifest.ts'
import type { Rendition } from './rendition.ts'
import { blobAad } from './rendition.ts'

export interface BlobReader {
  /**
   * Bytes [start, end) of the rendition, in a new buffer: read large ones in parts. @throws CryptoError `usage` for a range outside, `damaged`
   * when a segment is not what was sealed; and whatever `segment` throws
   */
  read(start: number, end: number): Promise<Bytes>
}

export interface BlobReaderOptions {
  readonly manifest: BlobDescription
  readonly rendition: Rendition
  /** Gives one sealed segment, and its buffer with it: it is given back once opened. Up to four calls at a time. */
  segment(index: number): Promise<Bytes>
}

interface Opened {
  readonly index: number
  readonly plaintext: Bytes
  /** Reads that have it and have not copied from it yet. */
  uses: number
}

/** Keeps the derived keys and the segment read last. @throws CryptoError `damaged` for a manifest that contradicts itself */
export function createBlobReader(options: BlobReaderOptions): BlobReader {
  const { manifest, rendition } = options
  if (!isConsistentBlob(manifest)) throw new CryptoError('damaged')
  // Whoever reads a list reads the whole of it.
  if (rendition === 'hashes' && manifest.sizeBytes > maxHashListBytes) throw new CryptoError('damaged')
  const layout = segmentLayout(manifest.sizeBytes)
  const state = startOpening(manifest.key, blobAad(manifest.blobId, rendition), manifest.header, floeParameters)
  if (state === undefined) throw new CryptoError('damaged')
  let newest: Opened | undefined

  /** For one use, which `done` ends. */
  const open = async (index: number): Promise<Opened> => {
    if (newest?.index === index) {
      newest.uses += 1
      return newest
    }
    const sealed = await options.segment(index)
    const fits = sealed.length === sealedSegmentBytes(layout, index)
    const plaintext = fits ? await openSegment(state, sealed, index, index === layout.segmentCount - 1) : undefined
    giveBack(sealed)
    if (plaintext === undefined) throw new CryptoError('damaged')
    if (index === 0 && !equalBytes(plaintext.subarray(0, lengthFieldBytes), u64(layout.sizeBytes))) {
      throw new CryptoError('damaged')
    }
    const replaced = newest
    newest = { index, plaintext, uses: 1 }
    if (replaced?.uses === 0) giveBack(replaced.plaintext)
    return newest
  }

  const done = (opened: Opened): void => {
    opened.uses -= 1
    if (opened.uses === 0 && opened !== newest) giveBack(opened.plaintext)
  }

  return {
    async read(start, end) {
      const { first, last } = segmentsOfRange(layout, start, end)
      const bytes = new Uint8Array(end - start)
      await inLanes(last - first + 1, async (lane) => {
        const index = first + lane
        // Where this segment's plaintext begins in the rendition; before its first byte for segment 0.
        const base = index * layout.plainPerSegment - lengthFieldBytes
        const opened = await open(index)
        const part = opened.plaintext.subarray(Math.max(0, start - base), end - base)
        bytes.set(part, Math.max(0, base - start))
        done(opened)
      })
      return bytes
    },
  }
}
