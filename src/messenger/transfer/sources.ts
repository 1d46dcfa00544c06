// The places a blob can come from: the sender's device over a direct link, and a relay.

import type { DirectLink } from '../direct/links.ts'
import { limits } from '../limits.ts'
import type { RelayConnection } from '../ports.ts'
import { hasBit } from './bitmap.ts'
import type { SegmentSource } from './fetch-blob.ts'

export function linkSource(link: DirectLink): SegmentSource {
  return {
    fetch: (blobId, indexes, sink, signal) => link.link.fetchSegments(blobId, indexes, sink, { signal }),
  }
}

export function relaySource(relay: RelayConnection): SegmentSource {
  return {
    async fetch(blobId, indexes, sink, signal) {
      const present = await relay.presentSegments(blobId, { signal })
      const queue = indexes.filter((index) => hasBit(present, index)).values()
      const lane = async (): Promise<void> => {
        for (const index of queue) {
          const bytes = await relay.getSegment(blobId, index, { signal })
          if (bytes !== undefined) await sink(index, bytes)
        }
      }
      await Promise.all(Array.from({ length: limits.relaySegmentsInFlight }, lane))
    },
  }
}
