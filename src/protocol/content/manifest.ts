// What a message says about one sealed blob: how to find, check and open it. Travels only inside messages.
// Spec: docs/protocol.md §7.

import type { Bytes } from '../bytes.ts'

export interface Manifest {
  /** 32 random bytes. */
  readonly blobId: Bytes
  /** 32 random bytes, used for this blob alone. */
  readonly key: Bytes
  /** The FLOE header, 74 bytes. */
  readonly header: Bytes
  /** Of the rendition, before padding. */
  readonly sizeBytes: number
  readonly segmentCount: number
  /** SHA-256 over the concatenated segment hashes. */
  readonly root: Bytes
  readonly hashes: ManifestHashes
  readonly mime: string
  /** As displayed, in pixels; 0 where the blob has no picture. */
  readonly width: number
  readonly height: number
  readonly durationMs?: number
  readonly thumbhash?: Bytes
}

export type ManifestHashes =
  /** The SHA-256 of each segment, 32 bytes each, at most 32. */
  | { readonly kind: 'inline'; readonly list: Bytes }
  /** The list is a blob of its own, whose manifest has its hashes inline. */
  | { readonly kind: 'blob'; readonly manifest: Manifest }
