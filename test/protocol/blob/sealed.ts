// Seals bytes into memory, as a sender does, hash list included.

import type { MediaDescription } from '../../../src/protocol/blob/manifest.ts'
import { buildManifest, hashListDescription, needsHashList } from '../../../src/protocol/blob/manifest.ts'
import type { Rendition } from '../../../src/protocol/blob/rendition.ts'
import { sealBlob } from '../../../src/protocol/blob/seal.ts'
import type { Manifest } from '../../../src/protocol/content/manifest.ts'
import { seededRandom } from './seeded-random.ts'

export interface Sealed {
  readonly manifest: Manifest
  readonly segments: readonly Uint8Array[]
  readonly hashes: Uint8Array
}

const photo: MediaDescription = { mime: 'image/webp', width: 4, height: 3 }

export async function sealInMemory(
  bytes: Uint8Array,
  options: { readonly seed?: string; readonly rendition?: Rendition; readonly media?: MediaDescription } = {},
): Promise<Sealed> {
  const { seed = 'seed', rendition = 'display', media = photo } = options
  const random = seededRandom(seed)
  const blobId = random(32)
  const key = random(32)
  const segments: Uint8Array[] = []
  const sealed = await sealBlob({
    blobId,
    key,
    rendition,
    random,
    source: { sizeBytes: bytes.length, read: async (start, end) => bytes.slice(start, end) },
    write: async (index, segment) => {
      segments[index] = segment
    },
  })
  if (!needsHashList(sealed.segmentCount)) {
    return { manifest: buildManifest({ blobId, key, sealed, media }), segments, hashes: sealed.hashes }
  }
  const list = await sealInMemory(sealed.hashes, {
    seed: `${seed}/hashes`,
    rendition: 'hashes',
    media: hashListDescription,
  })
  const manifest = buildManifest({ blobId, key, sealed, media, hashList: list.manifest })
  return { manifest, segments, hashes: sealed.hashes }
}
