// Builds the manifest of a sealed rendition and checks one that a peer sent (§7). The type and its encoding are the
// content's; this is what has to hold between its fields.

import type { Bytes } from '../bytes.ts'
import type { Manifest } from '../content/manifest.ts'
import { limits } from '../limits.ts'
import { CryptoError } from '../primitives/error.ts'
import { floeHeaderBytes } from './floe.ts'
import { hashBytes, verifyHashes } from './hash-list.ts'
import { segmentLayout } from './layout.ts'
import { blobIdBytes } from './rendition.ts'
import type { SealedBlob } from './seal.ts'

/** The part of a manifest that opening needs. */
export type BlobDescription = Pick<Manifest, 'blobId' | 'key' | 'header' | 'sizeBytes' | 'segmentCount'>

/** What the receiver shows before the bytes are there. */
export type MediaDescription = Pick<Manifest, 'mime' | 'width' | 'height' | 'durationMs' | 'thumbhash'>

/** What a hash list says of itself: it is shown to nobody. */
export const hashListDescription: MediaDescription = { mime: 'application/octet-stream', width: 0, height: 0 }

const keyBytes = 32

export interface BuildManifestOptions {
  readonly blobId: Bytes
  readonly key: Bytes
  readonly sealed: SealedBlob
  readonly media: MediaDescription
  /** Above `limits.inlineHashes` segments: the manifest of `sealed.hashes`, sealed as a blob with rendition `hashes`. */
  readonly hashList?: Manifest
}

/** Whether the hash list is too long for the message and has to be sealed as a blob of its own first. */
export function needsHashList(segmentCount: number): boolean {
  return segmentCount > limits.inlineHashes
}

/** @throws CryptoError `usage` when a hash list is missing, not needed, or not the list of this blob by its length */
export function buildManifest({ blobId, key, sealed, media, hashList }: BuildManifestOptions): Manifest {
  const { header, sizeBytes, segmentCount, root, hashes } = sealed
  const common = { ...media, blobId, key, header, sizeBytes, segmentCount, root }
  const manifest: Manifest =
    hashList === undefined
      ? { ...common, hashes: { kind: 'inline', list: hashes } }
      : { ...common, hashes: { kind: 'blob', manifest: hashList } }
  if (!isConsistentManifest(manifest)) throw new CryptoError('usage')
  return manifest
}

/** Whether lengths and counts agree, the root fits an inline list, and a list of its own has the right size. */
export function isConsistentManifest(manifest: Manifest): boolean {
  if (!isConsistentBlob(manifest)) return false
  const { hashes, root, segmentCount } = manifest
  if (hashes.kind === 'inline')
    return segmentCount <= limits.inlineHashes && verifyHashes(root, hashes.list, segmentCount)
  const list = hashes.manifest
  return (
    segmentCount > limits.inlineHashes &&
    root.length === hashBytes &&
    list.hashes.kind === 'inline' &&
    list.sizeBytes === segmentCount * hashBytes &&
    isConsistentManifest(list)
  )
}

/** Whether the lengths are those of version 1 and the segment count follows from the size. */
export function isConsistentBlob(blob: BlobDescription): boolean {
  const { blobId, key, header, sizeBytes, segmentCount } = blob
  return (
    blobId.length === blobIdBytes &&
    key.length === keyBytes &&
    header.length === floeHeaderBytes &&
    Number.isInteger(sizeBytes) &&
    0 <= sizeBytes &&
    sizeBytes <= limits.blobBytes &&
    segmentLayout(sizeBytes).segmentCount === segmentCount
  )
}
