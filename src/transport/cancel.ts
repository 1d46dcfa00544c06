// Turns abort signals into `TransportError('cancelled')`, the only way in which a call of this layer is cancelled.

import { TransportError } from '../messenger/ports.ts'

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new TransportError('cancelled', { cause: signal.reason })
}

/** Starts `work` and settles as it does, or rejects with `cancelled` as soon as the signal aborts; `work` is not stopped. */
export async function cancellable<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  throwIfCancelled(signal)
  if (signal === undefined) return await work()
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(new TransportError('cancelled', { cause: signal.reason }))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work(), promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
