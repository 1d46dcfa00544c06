// Who waits until something has changed waits here.

export interface Turns {
  next(): void
  /** Resolves with the next turn, or when the signal is aborted. */
  wait(signal?: AbortSignal): Promise<void>
}

export function createTurns(): Turns {
  let turn = Promise.withResolvers<void>()
  return {
    next() {
      turn.resolve()
      turn = Promise.withResolvers()
    },
    async wait(signal) {
      if (signal?.aborted === true) return
      const { promise, resolve } = turn
      const end = (): void => resolve()
      signal?.addEventListener('abort', end)
      await promise
      signal?.removeEventListener('abort', end)
    },
  }
}
