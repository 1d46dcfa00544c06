// The page of the seal bench: media sealed into this browser's files and opened from them, and AES-GCM by itself.

import { verifySegment } from '../../../src/protocol/blob/hash-list.ts'
import { inLanes } from '../../../src/protocol/blob/lanes.ts'
import { createBlobReader } from '../../../src/protocol/blob/read.ts'
import { sealBlob } from '../../../src/protocol/blob/seal.ts'
import { segmentLayout } from '../../../src/protocol/blob/layout.ts'
import { toHex } from '../../../src/protocol/bytes.ts'
import { openBrowserStorage } from '../../../src/storage/browser.ts'

export interface SealBench {
  /** Milliseconds to seal, hash and store, durably; and to read, check and open again. */
  ours(sizeBytes: number): Promise<Times>
  /** Milliseconds of WebCrypto's AES-256-GCM over the same bytes in pieces of the same size, as many at a time. */
  bare(sizeBytes: number): Promise<Times>
}

export interface Times {
  readonly sealMs: number
  readonly openMs: number
}

declare global {
  var sealBench: SealBench
}

const pieceBytes = 256 * 1024
const random = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))
const storage = await openBrowserStorage({ name: 'bench', random })

globalThis.sealBench = {
  async ours(sizeBytes) {
    const plain = content(sizeBytes)
    const [blobId, key] = [random(32), random(32)]
    const id = toHex(blobId)
    let startedAt = performance.now()
    await storage.blobs.create(id, segmentLayout(sizeBytes).segmentCount)
    const sealed = await sealBlob({
      blobId,
      key,
      rendition: 'display',
      source: { sizeBytes, read: async (start, end) => plain.subarray(start, end) },
      random,
      write: (index, bytes) => storage.blobs.write(id, index, bytes),
    })
    await storage.blobs.sync(id)
    const sealMs = performance.now() - startedAt

    const { header, segmentCount, hashes } = sealed
    startedAt = performance.now()
    const reader = createBlobReader({
      manifest: { blobId, key, header, sizeBytes, segmentCount },
      rendition: 'display',
      async segment(index) {
        const bytes = await storage.blobs.read(id, index)
        if (bytes === undefined || !(await verifySegment(hashes, index, bytes))) throw new Error('not as it was stored')
        return bytes
      },
    })
    // As a player or a file being saved reads: a few segments at a time.
    for (let at = 0; at < sizeBytes; at += 4 * pieceBytes)
      await reader.read(at, Math.min(sizeBytes, at + 4 * pieceBytes))
    const openMs = performance.now() - startedAt
    await storage.blobs.delete(id)
    return { sealMs, openMs }
  },

  async bare(sizeBytes) {
    const plain = content(sizeBytes)
    const pieces = Math.ceil(sizeBytes / pieceBytes)
    const key = await crypto.subtle.importKey('raw', random(32), 'AES-GCM', false, ['encrypt', 'decrypt'])
    const ivs = Array.from({ length: pieces }, () => random(12))
    const sealed: ArrayBuffer[] = []
    const parameters = (index: number) => ({ name: 'AES-GCM', iv: ivs[index] ?? random(12) })
    let startedAt = performance.now()
    await inLanes(pieces, async (index) => {
      const piece = plain.subarray(index * pieceBytes, (index + 1) * pieceBytes)
      sealed[index] = await crypto.subtle.encrypt(parameters(index), key, piece)
    })
    const sealMs = performance.now() - startedAt
    startedAt = performance.now()
    await inLanes(pieces, async (index) => {
      await crypto.subtle.decrypt(parameters(index), key, sealed[index] ?? new ArrayBuffer(0))
    })
    return { sealMs, openMs: performance.now() - startedAt }
  },
}

let made = new Uint8Array(0)

/** The same bytes each time: making them costs as much as sealing them. */
function content(sizeBytes: number): Uint8Array<ArrayBuffer> {
  if (made.length !== sizeBytes) {
    made = new Uint8Array(sizeBytes)
    for (let at = 0; at < sizeBytes; at += 65_536) crypto.getRandomValues(made.subarray(at, at + 65_536))
  }
  return made
}
