import { describe, expect, it } from 'vitest'
import { verifyHashes, verifySegment } from '../../../src/protocol/blob/hash-list.ts'
import { buildManifest, isConsistentManifest, needsHashList } from '../../../src/protocol/blob/manifest.ts'
import { createBlobReader } from '../../../src/protocol/blob/read.ts'
import { sealBlob } from '../../../src/protocol/blob/seal.ts'
import type { Manifest } from '../../../src/protocol/content/manifest.ts'
import { sealInMemory } from './sealed.ts'
import { pattern, seededRandom } from './seeded-random.ts'

const plain = 256 * 1024 - 32

describe('the hash list', () => {
  it('knows its segments, each at its own place', async () => {
    const { segments, hashes } = await sealInMemory(pattern(3 * plain))
    for (const [index, segment] of segments.entries()) {
      expect(await verifySegment(hashes, index, segment)).toBe(true)
      expect(await verifySegment(hashes, (index + 1) % segments.length, segment)).toBe(false)
    }
  })

  it('rejects a segment that is cut, changed, too long, or at a place that does not exist', async () => {
    const { segments, hashes } = await sealInMemory(pattern(1000))
    const segment = segments[0] ?? new Uint8Array()
    const changed = segment.slice()
    changed[0] = 1
    expect(await verifySegment(hashes, 0, changed)).toBe(false)
    expect(await verifySegment(hashes, 0, segment.subarray(1))).toBe(false)
    expect(await verifySegment(hashes, 0, new Uint8Array(256 * 1024 + 1))).toBe(false)
    for (const index of [-1, 1, 0.5, 2 ** 32]) expect(await verifySegment(hashes, index, segment)).toBe(false)
  })

  it('belongs to its root with all its entries', async () => {
    const { manifest, hashes } = await sealInMemory(pattern(3 * plain))
    const count = manifest.segmentCount
    expect(verifyHashes(manifest.root, hashes, count)).toBe(true)
    expect(verifyHashes(manifest.root, hashes.subarray(32), count - 1)).toBe(false)
    expect(verifyHashes(manifest.root, hashes, count - 1)).toBe(false)
    expect(verifyHashes(hashes.subarray(0, 32), hashes, count)).toBe(false)
  })
})

describe('the manifest', () => {
  it('holds up to 32 hashes itself', async () => {
    expect(needsHashList(32)).toBe(false)
    expect(needsHashList(33)).toBe(true)
    const { manifest } = await sealInMemory(pattern(plain), {
      media: { mime: 'video/mp4', width: 640, height: 360, durationMs: 5000, thumbhash: Uint8Array.of(1, 2) },
    })
    expect(manifest).toMatchObject({
      mime: 'video/mp4',
      width: 640,
      height: 360,
      durationMs: 5000,
      sizeBytes: plain,
      segmentCount: 2,
      hashes: { kind: 'inline' },
    })
    expect(isConsistentManifest(manifest)).toBe(true)
  })

  it('refers to a longer list as a blob of its own, from which the list can be read and checked', async () => {
    const bytes = pattern(33 * plain)
    const random = seededRandom('long')
    const segments: Uint8Array[] = []
    const sealed = await sealBlob({
      blobId: random(32),
      key: random(32),
      rendition: 'display',
      random,
      source: { sizeBytes: bytes.length, read: async (start, end) => bytes.slice(start, end) },
      write: async () => {},
    })
    const list = await sealInMemory(sealed.hashes, { rendition: 'hashes' })
    segments.push(...list.segments)
    const manifest = buildManifest({
      blobId: new Uint8Array(32),
      key: new Uint8Array(32),
      sealed,
      media: { mime: 'video/mp4', width: 1, height: 1 },
      hashList: list.manifest,
    })
    expect(isConsistentManifest(manifest)).toBe(true)
    const reader = createBlobReader({
      manifest: list.manifest,
      rendition: 'hashes',
      segment: async (index) => segments[index]?.slice() ?? new Uint8Array(),
    })
    const read = await reader.read(0, list.manifest.sizeBytes)
    expect(verifyHashes(manifest.root, read, manifest.segmentCount)).toBe(true)
  })

  it('is not built without a list that is needed, nor with a list of another length', async () => {
    const { manifest, hashes } = await sealInMemory(pattern(33 * plain), { seed: 'long' })
    const { blobId, key, header, sizeBytes, segmentCount, root } = manifest
    const sealed = { header, sizeBytes, segmentCount, root, hashes }
    const media = { mime: 'video/mp4', width: 1, height: 1 }
    expect(() => buildManifest({ blobId, key, sealed, media })).toThrow('usage')
    const wrong = await sealInMemory(hashes.subarray(32), { rendition: 'hashes' })
    expect(() => buildManifest({ blobId, key, sealed, media, hashList: wrong.manifest })).toThrow('usage')
    expect(() => buildManifest({ blobId, key, sealed, media, hashList: manifest })).toThrow('usage')
  })

  it('is inconsistent when any of its fields contradicts another', async () => {
    const { manifest } = await sealInMemory(pattern(3 * plain))
    const { hashes: listed } = manifest
    const list = listed.kind === 'inline' ? listed.list : new Uint8Array()
    const changes: Partial<Manifest>[] = [
      { blobId: new Uint8Array(31) },
      { key: new Uint8Array(33) },
      { header: new Uint8Array(73) },
      { root: new Uint8Array(32) },
      { root: new Uint8Array(0) },
      { sizeBytes: manifest.sizeBytes + plain },
      { sizeBytes: -1 },
      { sizeBytes: 2 ** 53 },
      { segmentCount: manifest.segmentCount + 1 },
      { hashes: { kind: 'inline', list: list.subarray(1) } },
      { hashes: { kind: 'inline', list: new Uint8Array(list.length) } },
      { hashes: { kind: 'blob', manifest } },
    ]
    for (const change of changes) expect(isConsistentManifest({ ...manifest, ...change })).toBe(false)
  })
})
