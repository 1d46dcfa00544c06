// Bounds the bytes of answers that clients have not taken yet. A client that asks for much and reads nothing would fill
// the memory otherwise: each answer waits as a whole, and so do the ones behind it on the same connection. When there is no
// room, the connection that leaves answers for longest is cut, and nobody is refused ([Note: Who is cut] in held-bytes.ts).

import type { ServerResponse } from 'node:http'
import type { HeldBytes } from '../held-bytes.ts'

export interface Answers {
  /** Counts bytes until the response was taken or its connection is gone. False: it is gone. */
  hold(response: ServerResponse, address: string | undefined, bytes: number): boolean
}

/** @param options `answerMs`: whoever has not taken an answer then, however slowly it went, is cut */
export function createAnswers(heldBytes: HeldBytes, { answerMs }: { readonly answerMs: number }): Answers {
  // By connection: a response that waits behind others is not told when the connection is gone.
  const waiting = new WeakMap<object, Set<() => void>>()

  return {
    hold(response, address, bytes) {
      const { socket } = response.req
      if (socket.destroyed) return false
      let releases = waiting.get(socket)
      if (releases === undefined) {
        const all = new Set<() => void>()
        socket.once('close', () => {
          for (const release of all) release()
        })
        waiting.set(socket, all)
        releases = all
      }
      const mine = releases
      const cut = (): void => void socket.destroy()
      const held = heldBytes.hold(address, bytes, cut)
      const timer = setTimeout(cut, answerMs).unref()
      const release = (): void => {
        mine.delete(release)
        clearTimeout(timer)
        held.release()
      }
      mine.add(release)
      response.once('close', release)
      return !socket.destroyed
    },
  }
}
