// Waits for a peer to take what was sent to it. libp2p's `onDrain` waits once in the life of a stream alone: its promise is made
// once, and stays resolved.

import type { Stream } from '@libp2p/interface'

/**
 * Resolves once libp2p holds nothing of this stream any more, or the stream has ended.
 * Rejects when the peer takes less than `drainBytes` in `drainMs`.
 * @param onTaken each time that the peer took some
 */
export async function untilTaken(
  stream: Stream,
  { drainMs, drainBytes }: { readonly drainMs: number; readonly drainBytes: number },
  onTaken: () => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let leftBytes = stream.writeBufferLength
  const timer = setInterval(() => {
    const isTaking = stream.writeBufferLength <= leftBytes - drainBytes
    leftBytes = stream.writeBufferLength
    if (!isTaking) reject(new Error('the peer takes nothing'))
  }, drainMs).unref()
  const look = (event?: Event): void => {
    // The connection takes more because the peer, or the system, took what was sent.
    if (event?.type === 'drain') onTaken()
    if (stream.status !== 'open' || (stream.writeBufferLength === 0 && !stream.writableNeedsDrain)) resolve()
  }
  // `idle`: the last byte has gone to the connection; `drain`: the connection takes more.
  const events = ['idle', 'drain', 'close'] as const
  for (const event of events) stream.addEventListener(event, look)
  try {
    look()
    await promise
  } finally {
    clearInterval(timer)
    for (const event of events) stream.removeEventListener(event, look)
  }
}
