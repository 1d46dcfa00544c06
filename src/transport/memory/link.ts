// Two ends of a direct connection inside the process, with the order, backpressure and refusals of the real one.

import type { PeerLink } from '../../messenger/ports/peer-link.ts'
import { TransportError } from '../../messenger/ports.ts'
import { cancellable, throwIfCancelled } from '../cancel.ts'
import { limits } from '../limits.ts'

type SegmentSource = (blobId: string, index: number) => Promise<Uint8Array | undefined>

interface End {
  readonly link: PeerLink
  /** Takes a frame from the other end; resolves when there is room for another. */
  receive(frame: Uint8Array): Promise<void>
  source: SegmentSource | undefined
  isOpen(): boolean
  end(): void
}

export interface LinkPair {
  readonly initiator: PeerLink
  readonly responder: PeerLink
  /** From now on nothing gets through, not even that an end closes, and neither end notices. */
  mute(): void
}

/** Both ends close together. `onClosed` runs once, `onSegment` for each segment that was given. */
export function createLinkPair(
  initiatorPeerId: string,
  responderPeerId: string,
  { onClosed, onSegment }: { readonly onClosed: () => void; readonly onSegment: () => void },
): LinkPair {
  let isMute = false
  const line = { isMute: () => isMute, close: (own: () => void) => (isMute ? own() : closeBoth()), onSegment }
  const ends: [End, End] = [
    createEnd('initiator', initiatorPeerId, responderPeerId, () => ends[1], line),
    createEnd('responder', responderPeerId, initiatorPeerId, () => ends[0], line),
  ]
  const [initiator, responder] = ends
  const closeBoth = (): void => {
    if (initiator.isOpen()) onClosed()
    initiator.end()
    responder.end()
  }
  return {
    initiator: initiator.link,
    responder: responder.link,
    mute: () => void (isMute = true),
  }
}

interface Line {
  isMute(): boolean
  /** Closes both ends, or only that one. */
  close(own: () => void): void
  onSegment(): void
}

function createEnd(
  role: PeerLink['role'],
  localPeerId: string,
  remotePeerId: string,
  other: () => End,
  line: Line,
): End {
  const closing = Promise.withResolvers<void>()
  const closed = closing.promise
  let open = true
  const isOpen = (): boolean => open
  const endHere = (): void => {
    if (!open) return
    open = false
    queueMicrotask(closing.resolve)
  }
  const close = (): void => line.close(endHere)
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

  let last = Promise.resolve()
  /** One segment after the other is given and taken, whoever asked for them. */
  const inTurn = async (work: () => Promise<void>, signal: AbortSignal | undefined): Promise<void> => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    try {
      await cancellable(() => before, signal)
      await work()
    } finally {
      void before.then(resolve)
    }
  }

  const end: End = {
    source: undefined,
    isOpen,
    end: endHere,
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
        if (line.isMute()) return
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
          await inTurn(async () => {
            const { source } = other()
            if (!isOpen() || source === undefined) throw new TransportError('peer-closed')
            const answer = (): Promise<Uint8Array | undefined> => (line.isMute() ? lost() : source(blobId, index))
            const bytes = await cancellable(() => Promise.race([answer(), lost()]), options?.signal)
            if (bytes === undefined) return
            if (bytes.length > limits.segmentBytes) throw new TransportError('peer-protocol')
            await sink(index, bytes.slice())
            line.onSegment()
          }, options?.signal)
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
