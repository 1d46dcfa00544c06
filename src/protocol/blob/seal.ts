// Seals one rendition into segments (§7), once: what is uploaded, served to peers and resumed is always this ciphertext.
// Never seal the same content again under the same key and blob id. Memory does not grow with the file, apart from the
// 32-byte hash of each segment.

import type { Bytes, Random } from '../bytes.ts'
import { u64 } from '../bytes.ts'
import { aesGcmNonceBytes } from '../primitives/aes-gcm.ts'
import { bulkSha256 } from '../primitives/bulk-sha256.ts'
import { CryptoError } from '../primitives/error.ts'
import { sealSegment, startSealing } from './floe.ts'
import { hashBytes, rootOf } from './hash-list.ts'
import { inLanes } from './lanes.ts'
import type { SegmentLayout } from './layout.ts'
import { floeParameters, lengthFieldBytes, segmentLayout } from './layout.ts'
import type { Rendition } from './rendition.ts'
import { blobAad } from './rendition.ts'

export interface BlobSource {
  readonly sizeBytes: number
  /** Exactly the bytes [start, end). Called for several ranges at a time, in rising order. */
  read(start: number, end: number): Promise<Bytes>
}

export interface SealBlobOptions {
  /** 32 fresh random bytes. */
  readonly blobId: Bytes
  /** 32 fresh random bytes, used for this blob only. */
  readonly key: Bytes
  readonly rendition: Rendition
  readonly source: BlobSource
  readonly random: Random
  /** Takes one sealed segment and owns its buffer. Up to four calls at a time, each index once, not always in order. */
  write(index: number, segment: Bytes): Promise<void>
  /** An AbortSignal. */
  readonly signal?: { throwIfAborted(): void } | undefined
  /** Bytes of the padded stream sealed so far, of `segmentLayout(sizeBytes).streamBytes`. */
  readonly onProgress?: ((sealedBytes: number) => void) | undefined
}

export interface SealedBlob {
  readonly header: Bytes
  /** Of the rendition, without padding. */
  readonly sizeBytes: number
  readonly segmentCount: number
  /** SHA-256 over `hashes`. */
  readonly root: Bytes
  /** SHA-256 of each sealed segment, one after another. */
  readonly hashes: Bytes
}

/**
 * @throws CryptoError `usage` for a wrong length of an argument, or a source that does not give what it announced
 * @throws whatever `read`, `write` or `signal` throw; by then nothing is running any more
 */
export async function sealBlob(options: SealBlobOptions): Promise<SealedBlob> {
  const { source, random, signal } = options
  const layout = segmentLayout(source.sizeBytes)
  const aad = blobAad(options.blobId, options.rendition)
  const { state, header } = startSealing(options.key, aad, random, floeParameters)
  const hashes = new Uint8Array(layout.segmentCount * hashBytes)
  let sealedBytes = 0

  await inLanes(layout.segmentCount, async (index) => {
    signal?.throwIfAborted()
    // Drawn before the first await: with a seeded source the result is the same whatever finishes first.
    const nonce = random(aesGcmNonceBytes)
    const plaintext = await readPlain(source, layout, index)
    const segment = await sealSegment(state, plaintext, index, index === layout.segmentCount - 1, nonce)
    hashes.set(await bulkSha256(segment), index * hashBytes)
    await options.write(index, segment)
    sealedBytes += plaintext.length
    options.onProgress?.(sealedBytes)
  })

  return { header, sizeBytes: source.sizeBytes, segmentCount: layout.segmentCount, root: rootOf(hashes), hashes }
}

/** One segment's part of `u64 length ‖ bytes ‖ zero padding`. Segments that lie within the bytes are not copied. */
async function readPlain(source: BlobSource, layout: SegmentLayout, index: number): Promise<Bytes> {
  const streamStart = index * layout.plainPerSegment
  const length = index === layout.segmentCount - 1 ? layout.lastPlainBytes : layout.plainPerSegment
  const start = Math.min(Math.max(0, streamStart - lengthFieldBytes), layout.sizeBytes)
  const end = Math.min(streamStart + length - lengthFieldBytes, layout.sizeBytes)
  const bytes = end > start ? await source.read(start, end) : new Uint8Array(0)
  if (bytes.length !== Math.max(0, end - start)) throw new CryptoError('usage')
  if (bytes.length === length) return bytes

  const plaintext = new Uint8Array(length)
  if (index === 0) plaintext.set(u64(layout.sizeBytes))
  plaintext.set(bytes, index === 0 ? lengthFieldBytes : 0)
  return plaintext
}
