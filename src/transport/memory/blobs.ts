// The media segments of an in-process relay, held in maps, with the answers of `/v1/blobs`.

import { TransportError } from '../../messenger/ports.ts'
import { memoryRelayLimits } from './mailboxes.ts'

interface Blob {
  readonly segmentCount: number
  readonly segments: Map<number, Uint8Array>
}

export interface Blobs {
  /** @throws TransportError `relay-refused` */
  put(blobId: string, index: number, bytes: Uint8Array, segmentCount: number): void
  get(blobId: string, index: number): Uint8Array | undefined
  present(blobId: string): Uint8Array | undefined
  /** Refuses new segments. */
  full: boolean
  /** Forgets one blob, or all of them, as expiry and eviction do. */
  forget(blobId?: string): void
  segmentCount(): number
}

export function createBlobs(): Blobs {
  const blobs = new Map<string, Blob>()
  const self: Blobs = {
    full: false,
    put(blobId, index, bytes, segmentCount) {
      if (bytes.length > memoryRelayLimits.segmentBytes) throw refused(413)
      const blob = blobs.get(blobId) ?? { segmentCount, segments: new Map<number, Uint8Array>() }
      if (blob.segmentCount !== segmentCount || index < 0 || index >= segmentCount) throw refused(409)
      if (blob.segments.has(index)) return
      if (self.full) throw refused(507)
      blob.segments.set(index, bytes.slice())
      blobs.set(blobId, blob)
    },
    get: (blobId, index) => blobs.get(blobId)?.segments.get(index)?.slice(),
    present(blobId) {
      const blob = blobs.get(blobId)
      if (blob === undefined) return undefined
      const bits = new Uint8Array(Math.ceil(blob.segmentCount / 8))
      for (const index of blob.segments.keys()) bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7))
      return bits
    },
    forget: (blobId) => void (blobId === undefined ? blobs.clear() : blobs.delete(blobId)),
    segmentCount: () => [...blobs.values()].reduce((sum, { segments }) => sum + segments.size, 0),
  }
  return self
}

export function refused(status: number): TransportError {
  return new TransportError('relay-refused', { status })
}
