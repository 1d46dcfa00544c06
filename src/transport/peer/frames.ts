// The frames of `/safelight/envelope/1`: in order, each handled before the next, with a window so that neither side
// piles up what it cannot handle. An empty frame says "I have handled one of yours".

import { TransportError } from '../../messenger/ports.ts'
import type { FrameStream, FrameStreamOptions } from '../frames.ts'
import { limits } from '../limits.ts'

export interface PeerFrames {
  /** Waits for room in the window. @throws TransportError */
  send(frame: Uint8Array): Promise<void>
  onFrame(handler: (frame: Uint8Array) => Promise<void> | void): void
  /** Lets what was sent leave first. */
  close(): Promise<void>
}

const handled = new Uint8Array(0)

/** `onClosed` is called once, also when the peer breaks the rules or a frame cannot be handled. */
export function createPeerFrames(open: (options: FrameStreamOptions) => FrameStream, onClosed: () => void): PeerFrames {
  const received: Uint8Array[] = []
  /** Those waiting for room, oldest first. */
  const senders: PromiseWithResolvers<void>[] = []
  let inFlight = 0
  let handler: ((frame: Uint8Array) => Promise<void> | void) | undefined
  let handling = false
  let closed = false

  const end = (): void => {
    if (closed) return
    closed = true
    received.length = 0
    for (const sender of senders.splice(0)) sender.reject(new TransportError('peer-closed'))
    onClosed()
  }
  const fail = (): void => {
    frames.abort()
    end()
  }

  const onFrame = (frame: Uint8Array): void => {
    if (frame.length === 0) {
      if (inFlight === 0) return fail()
      inFlight--
      senders.shift()?.resolve()
      return
    }
    // The window counts the frame that is being handled, too.
    if (received.length + (handling ? 1 : 0) >= limits.peerFramesInFlight) return fail()
    received.push(frame)
    void handleReceived()
  }

  const handleReceived = async (): Promise<void> => {
    if (handling || handler === undefined) return
    handling = true
    try {
      for (let frame = received.shift(); frame !== undefined; frame = received.shift()) {
        await handler(frame)
        if (closed) return
        await frames.send(handled)
      }
    } catch {
      // A link whose frames cannot be handled is of no use to either side.
      fail()
    } finally {
      handling = false
    }
  }

  const frames = open({ maxFrameBytes: limits.peerFrameBytes, onFrame, onClosed: end })

  return {
    async send(frame) {
      if (frame.length === 0 || frame.length > limits.peerFrameBytes) throw new TransportError('peer-protocol')
      if (closed) throw new TransportError('peer-closed')
      if (inFlight >= limits.peerFramesInFlight || senders.length > 0) {
        const room = Promise.withResolvers<void>()
        senders.push(room)
        await room.promise
      }
      inFlight++
      await frames.send(frame)
    },
    onFrame(next) {
      handler = next
      void handleReceived()
    },
    async close() {
      await frames.close(limits.closeTimeoutMs)
      end()
    },
  }
}
