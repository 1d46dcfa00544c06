// One direct connection: envelopes on a stream of their own, segments on a few others. Trusts nobody: the messenger
// proves the peer over the frames, and says `serve` when it has.

import type { Clock } from '../../messenger/ports.ts'
import type { PeerLink } from '../../messenger/ports/peer-link.ts'
import { TransportError } from '../../messenger/ports.ts'
import type { FrameStream, FrameStreamOptions } from '../frames.ts'
import { limits } from '../limits.ts'
import { createPeerFrames } from './frames.ts'
import { createSegmentClient } from './segment-client.ts'
import { type SegmentSource, serveSegments } from './segment-server.ts'

/** The libp2p connection below a link. */
export interface LinkCarrier {
  readonly localPeerId: string
  readonly remotePeerId: string
  openBlobStream(): Promise<(options: FrameStreamOptions) => FrameStream>
  close(): Promise<void>
  /** Before this returns the peer has been told, as far as it can be. */
  abort(): void
}

export interface OpenLink {
  readonly link: PeerLink
  /** Answers on a stream that the peer opened; false while nothing is served. */
  accept(open: (options: FrameStreamOptions) => FrameStream): boolean
  /** The connection below has ended. */
  lost(): void
  /** Ends it at once, without goodbyes. */
  cut(): void
}

export interface LinkOptions {
  readonly role: PeerLink['role']
  readonly carrier: LinkCarrier
  readonly clock: Clock
  readonly openEnvelopes: (options: FrameStreamOptions) => FrameStream
  /** Called once, when the link has ended. */
  readonly onClosed: () => void
}

export function createPeerLink({ role, carrier, clock, openEnvelopes, onClosed }: LinkOptions): OpenLink {
  const closed = Promise.withResolvers<void>()
  let source: SegmentSource | undefined
  let ended = false

  const end = (): void => {
    if (ended) return
    ended = true
    stopTimer()
    segments.close()
    onClosed()
    void carrier.close().then(closed.resolve, closed.resolve)
  }
  const stopTimer = clock.after(limits.unprovenLinkMs, end)
  const segments = createSegmentClient({ clock, openLane: () => carrier.openBlobStream() })
  const frames = createPeerFrames(openEnvelopes, end)

  return {
    link: {
      role,
      localPeerId: carrier.localPeerId,
      remotePeerId: carrier.remotePeerId,
      closed: closed.promise,
      send: (frame) => (ended ? Promise.reject(new TransportError('peer-closed')) : frames.send(frame)),
      onFrame: (handler) => frames.onFrame(handler),
      serve(next) {
        stopTimer()
        source = next
      },
      fetchSegments: (blobId, indexes, sink, options) => segments.fetch(blobId, indexes, sink, options),
      async close() {
        if (!ended) await frames.close()
        end()
        await closed.promise
      },
    },
    accept(open) {
      if (source === undefined || ended) return false
      serveSegments(open, source)
      return true
    },
    lost: end,
    cut() {
      carrier.abort()
      end()
    },
  }
}
