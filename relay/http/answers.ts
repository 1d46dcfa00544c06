// Bounds the bytes of answers that clients have not taken yet. A client that asks for much and reads nothing would fill
// the memory otherwise: each answer waits as a whole, and so do the ones behind it on the same connection.

import type { ServerResponse } from 'node:http'
import type { ByteBudget } from './byte-budget.ts'

export interface Answers {
  /** Counts bytes until the response was taken or its connection is gone. False: no room, say `busy`. */
  hold(response: ServerResponse, address: string | undefined, bytes: number): boolean
}

export function createAnswers(budget: ByteBudget): Answers {
  // By connection: a response that waits behind others is not told when the connection is gone.
  const waiting = new WeakMap<object, Set<() => void>>()

  return {
    hold(response, address, bytes) {
      const { socket } = response.req
      if (socket.destroyed || !budget.claim(address, bytes)) return false
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
      const release = (): void => {
        if (mine.delete(release)) budget.release(address, bytes)
      }
      mine.add(release)
      response.once('close', release)
      return true
    },
  }
}
