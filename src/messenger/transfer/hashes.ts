// The verified list of a blob's segment hashes: inline in the manifest, or read from its own blob once that is here.

import { verifyHashes } from '../../protocol/blob/hash-list.ts'
import { createBlobReader } from '../../protocol/blob/read.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { Manifest } from '../../protocol/content/manifest.ts'
import { CryptoError } from '../../protocol/primitives/error.ts'
import type { BlobStore } from '../ports.ts'
import { StorageError } from '../ports.ts'

/** Undefined when the list is damaged or is not this blob's. @throws StorageError `unavailable` when it is not here yet */
export async function readHashes(blobs: BlobStore, manifest: Manifest): Promise<Uint8Array | undefined> {
  const list =
    manifest.hashes.kind === 'inline' ? manifest.hashes.list : await readList(blobs, manifest.hashes.manifest)
  return list !== undefined && verifyHashes(manifest.root, list, manifest.segmentCount) ? list : undefined
}

async function readList(blobs: BlobStore, manifest: Manifest): Promise<Uint8Array | undefined> {
  const id = toHex(manifest.blobId)
  const reader = createBlobReader({
    manifest,
    rendition: 'hashes',
    async segment(index) {
      const bytes = await blobs.read(id, index)
      if (bytes === undefined) throw new StorageError('unavailable')
      return bytes
    },
  })
  return reader.read(0, manifest.sizeBytes).catch((error: unknown) => {
    if (error instanceof CryptoError) return undefined
    throw error
  })
}
