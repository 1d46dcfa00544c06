// Bounds the bytes of answers that clients have not taken yet. A client that asks for much and reads nothing would fill
// the memory otherwise: each answer waits as a whole, and so do the ones behind it on the same connection. When there is no
// room, a connection on which answers stall is cut, or else whoever asks is refused ([Note: Who is cut] in held-bytes.ts).

import type { ServerResponse } from 'node:http'
import type { HeldBytes } from '../held-bytes.ts'

/** What is written at once: the connection moves each time that such a piece has gone. */
const pieceBytes = 64 * 1024

export interface Answers {
  /** Counts bytes until the response was taken or its connection is gone. Undefined: there is no room, or it is gone. */
  hold(response: ServerResponse, address: string | undefined, bytes: number): Answer | undefined
}

export interface Answer {
  /** Once; not more bytes than are held. */
  send(type: string, bytes: Uint8Array): void
}

/** @param options `answerMs`: whoever has not taken an answer then, however slowly it went, is cut */
export function createAnswers(heldBytes: HeldBytes, { answerMs }: { readonly answerMs: number }): Answers {
  // By connection: a response that waits behind others is not told when the connection is gone.
  const waiting = new WeakMap<object, Set<() => void>>()

  return {
    hold(response, address, bytes) {
      const { socket } = response.req
      if (socket.destroyed) return undefined
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
      const held = heldBytes.offer(address, bytes, cut)
      if (held === undefined) return undefined
      const timer = setTimeout(cut, answerMs).unref()
      const release = (): void => {
        mine.delete(release)
        clearTimeout(timer)
        held.release()
      }
      mine.add(release)
      response.once('close', release)
      if (socket.destroyed) return undefined
      return {
        send(type, whole) {
          if (response.headersSent || response.destroyed) return
          response.writeHead(200, { 'Content-Type': type, 'Content-Length': whole.length })
          sendPieces(response, whole, (leftBytes) => held.set(leftBytes))
        },
      }
    },
  }
}

/** @param onTaken bytes that are left, each time that the system took some */
function sendPieces(response: ServerResponse, left: Uint8Array, onTaken: (leftBytes: number) => void): void {
  if (left.length <= pieceBytes) return void response.end(left)
  response.write(left.subarray(0, pieceBytes), (error) => {
    if (error) return
    onTaken(left.length - pieceBytes)
    sendPieces(response, left.subarray(pieceBytes), onTaken)
  })
}
