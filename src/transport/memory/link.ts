// Two ends of a direct connection inside the process, with the order, backpressure and refusals of the real one.

import type { PeerLink } from '../../messenger/ports.ts'
import { TransportError } from '../../messenger/ports.ts'
import { cancellable, throwIfCancelled } from '../cancel.ts'
import { limits } from '../limits.ts'

type SegmentSource = (blobId: string, index: number) => Promise<Uint8Array | undefined>

interface End {
  readonly link: PeerLink
  /** Takes a frame from the other end; resolves when there is room for another. */
  receive(frame: Uint8Array): Promise<void>
  source: SegmentSource | undefined
}

/** Both ends close together. `onClosed` runs once. */
export function createLinkPair(
  initiatorPeerId: string,
  responderPeerId: string,
  onClosed: () => void,
): readonly [initiator: PeerLink, responder: PeerLink] {
  const closing = Promise.withResolvers<void>()
  let open = true
  const close = (): void => {
    if (!open) return
    open = false
    onClosed()
    queueMicrotask(closing.resolve)
  }
  const isOpen = (): boolean => open
  const closed = closing.promise
  const ends: [End, End] = [
    createEnd('initiator', initiatorPeerId, responderPeerId, () => ends[1], isOpen, close, closed),
    createEnd('responder', responderPeerId, initiatorPeerId, () => ends[0], isOpen, close, closed),
  ]
  return [ends[0].link, ends[1].link]
}

function createEnd(
  role: PeerLink['role'],
  localPeerId: string,
  remotePeerId: string,
  other: () => End,
  isOpen: () => boolean,
  close: () => void,
  closed: Promise<void>,
): End {
  const queue: Uint8Array[] = []
  let handler: ((frame: Uint8Array) => Promise<void> | void) | undefined
  let draining = false
  let room = Promise.withResolvers<void>()

  const drain = async (): Promise<void> => {
    if (draining || handler === undefined) return
    draining = true
    // A link whose frames cannot be handled is of no use to either side.
    try {
      await Promise.resolve()
      for (let frame = queue.shift(); frame !== undefined && isOpen(); frame = queue.shift()) {
        await handler(frame)
        room.resolve()
        room = Promise.withResolvers<void>()
      }
    } catch {
      close()
    }
    draining = false
  }
  const lost = async (): Promise<never> => {
    await closed
    throw new TransportError('peer-closed')
  }

  const end: End = {
    source: undefined,
    async receive(frame) {
      queue.push(frame)
      void drain()
      while (queue.length >= limits.peerFramesInFlight) await Promise.race([room.promise, lost()])
    },
    link: {
      role,
      localPeerId,
      remotePeerId,
      closed,
      async send(frame) {
        if (frame.length === 0 || frame.length > limits.peerFrameBytes) throw new TransportError('peer-protocol')
        if (!isOpen()) throw new TransportError('peer-closed')
        await other().receive(frame.slice())
      },
      onFrame(next) {
        handler = next
        void drain()
      },
      serve(source) {
        end.source = source
      },
      async fetchSegments(blobId, indexes, sink, options) {
        for (const index of indexes) {
          throwIfCancelled(options?.signal)
          await Promise.resolve()
          const { source } = other()
          if (!isOpen() || source === undefined) throw new TransportError('peer-closed')
          const bytes = await cancellable(() => Promise.race([source(blobId, index), lost()]), options?.signal)
          if (bytes === undefined) continue
          if (bytes.length > limits.segmentBytes) throw new TransportError('peer-protocol')
          await sink(index, bytes.slice())
        }
      },
      async close() {
        close()
        await closed
      },
    },
  }
  return end
}
