// The segments of one blob that are under way: each is asked for once at a time, and only what was sealed is taken.

import { toHex } from '../../protocol/bytes.ts'
import type { Manifest } from '../../protocol/content/manifest.ts'
import type { Pace } from './pace.ts'
import type { Situation } from './plan.ts'
import type { SegmentSource } from './segment-source.ts'
import type { StoredBlob } from './stored-blob.ts'

export interface Asking {
  /** `isToBeHad`: from whom it is to be asked. */
  situation(isToBeHad: (index: number) => boolean): Situation
  isUnderWay(index: number): boolean
  /** It is under way until the work has ended, and nobody else asks for it. */
  during(index: number, work: () => Promise<boolean>): Promise<boolean>
  /** Gives whether it is here now. @throws TransportError, StorageError, Distrusted */
  ask(source: SegmentSource, index: number, signal: AbortSignal): Promise<boolean>
}

/** A holder gave something wrong: there are other sources. */
export class Distrusted extends Error {}

export interface AskingParts {
  readonly blob: StoredBlob
  readonly pace: Pace
  readonly hashes: () => Uint8Array | undefined
  /** Holders that gave something wrong, of whom nothing more is taken. */
  readonly distrusted: Set<string>
  /** What is under way has changed. */
  readonly changed: () => void
}

export function createAsking(manifest: Manifest, { blob, pace, hashes, distrusted, changed }: AskingParts): Asking {
  const blobId = toHex(manifest.blobId)
  const { segmentCount } = manifest
  const underWay = new Set<number>()

  return {
    situation: (isToBeHad) => ({
      segmentCount,
      isOpen: (index) => !blob.has(index) && !underWay.has(index) && isToBeHad(index),
      underWay: underWay.size,
      window: pace.window(),
    }),
    isUnderWay: (index) => underWay.has(index),
    async during(index, work) {
      underWay.add(index)
      pace.asked()
      try {
        return await work()
      } finally {
        underWay.delete(index)
        pace.ended()
        changed()
      }
    },
    async ask(source, index, signal) {
      const { holderId } = source
      const isDistrusted = (): boolean => holderId !== undefined && distrusted.has(holderId)
      const take = async (given: number, bytes: Uint8Array): Promise<void> => {
        if (isDistrusted()) throw new Distrusted()
        const known = hashes()
        const sizeBytes = bytes.length
        if (known !== undefined && given === index && (await blob.take(known, index, bytes)))
          return pace.arrived(sizeBytes)
        if (holderId === undefined) return
        distrusted.add(holderId)
        throw new Distrusted()
      }
      if (isDistrusted()) throw new Distrusted()
      await source.fetch(blobId, [index], take, signal)
      return blob.has(index)
    },
  }
}
