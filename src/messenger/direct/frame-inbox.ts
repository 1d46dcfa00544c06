// The frames of a link: one by one while the session is proved, to a handler afterwards.

import type { PeerFrame } from '../../protocol/direct/frame.ts'
import { decodePeerFrame } from '../../protocol/direct/frame.ts'
import type { Clock } from '../ports.ts'
import type { PeerLink } from '../ports/peer-link.ts'
import { within } from '../wait.ts'

export interface FrameInbox {
  /** The next frame; `bye` when the link ended, undefined when it took too long. */
  next(limitMs: number): Promise<PeerFrame | undefined>
  /** The peer was recognised: what it sends before the handler is there may wait. */
  recognised(): void
  /** Gives what waits, then everything that follows, to the handler. */
  handOver(handler: (frame: PeerFrame) => Promise<void>): Promise<void>
}

/** A stranger may say two things before it has proved something. */
const strangerFrames = 2
/** What transports have on the way at once, and some. */
const recognisedFrames = 32

export function createFrameInbox(link: PeerLink, clock: Clock): FrameInbox {
  const queue: PeerFrame[] = []
  let bound = strangerFrames
  let waiter: ((frame: PeerFrame) => void) | undefined
  let handler: ((frame: PeerFrame) => Promise<void>) | undefined

  link.onFrame(async (bytes) => {
    const frame = decodePeerFrame(bytes)
    if (frame === undefined) return link.close()
    if (handler !== undefined) return handler(frame)
    if (waiter !== undefined) return waiter(frame)
    if (queue.length >= bound) return link.close()
    queue.push(frame)
  })

  return {
    next: (limitMs) =>
      within(
        clock,
        limitMs,
        new Promise((resolve) => {
          const queued = queue.shift()
          if (queued !== undefined) return resolve(queued)
          waiter = (frame) => {
            waiter = undefined
            resolve(frame)
          }
          void link.closed.then(() => resolve({ kind: 'bye' }))
        }),
      ),
    recognised() {
      bound = recognisedFrames
    },
    async handOver(next) {
      for (let frame = queue.shift(); frame !== undefined; frame = queue.shift()) await next(frame)
      handler = next
    },
  }
}
