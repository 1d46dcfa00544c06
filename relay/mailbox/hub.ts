// Who is connected now: which streams want to hear of which mailboxes, and under which peer id their owner is reachable.
// In memory only, and gone with the stream.

export interface Listener {
  /** There is something new in the mailbox. Must not throw. */
  wake(mailboxId: Uint8Array): void
  /** When its client last said something. */
  readonly heardAtMs: number
  /** At the other end of its connection. */
  readonly ownPeerId: string
}

export interface Hub {
  /** Attaching again replaces the peer id: without one, the owner is no longer to be found through this listener. */
  attach(mailboxId: Uint8Array, listener: Listener, peerId: string | undefined): void
  detach(listener: Listener): void
  wake(mailboxId: Uint8Array): void
  /** The peer id that was attached last among those still connected. */
  locate(mailboxId: Uint8Array): string | undefined
  /** Whether a client that said something since then hears of it. */
  isListening(mailboxId: Uint8Array, sinceMs: number): boolean
  /** Whether the peer itself hears of any mailbox, so that it has one here. */
  isFollower(peerId: string): boolean
  /** Mailboxes a listener hears of. */
  count(listener: Listener): number
}

export function createHub(): Hub {
  // Insertion order of the inner map: the most recent is last.
  const mailboxes = new Map<string, Map<Listener, string | undefined>>()
  const attached = new Map<Listener, Set<string>>()
  const followers = new Map<string, Set<Listener>>()

  return {
    attach(mailboxId, listener, peerId) {
      const key = keyOf(mailboxId)
      const listeners = mailboxes.get(key) ?? new Map<Listener, string | undefined>()
      listeners.delete(listener)
      listeners.set(listener, peerId)
      mailboxes.set(key, listeners)
      const keys = attached.get(listener) ?? new Set()
      attached.set(listener, keys.add(key))
      const { ownPeerId } = listener
      followers.set(ownPeerId, (followers.get(ownPeerId) ?? new Set()).add(listener))
    },
    detach(listener) {
      for (const key of attached.get(listener) ?? []) {
        const listeners = mailboxes.get(key)
        listeners?.delete(listener)
        if (listeners?.size === 0) mailboxes.delete(key)
      }
      attached.delete(listener)
      const own = followers.get(listener.ownPeerId)
      own?.delete(listener)
      if (own?.size === 0) followers.delete(listener.ownPeerId)
    },
    wake(mailboxId) {
      for (const listener of mailboxes.get(keyOf(mailboxId))?.keys() ?? []) listener.wake(mailboxId)
    },
    locate(mailboxId) {
      const peerIds = [...(mailboxes.get(keyOf(mailboxId))?.values() ?? [])]
      return peerIds.findLast((peerId) => peerId !== undefined)
    },
    isListening: (mailboxId, sinceMs) =>
      [...(mailboxes.get(keyOf(mailboxId))?.keys() ?? [])].some(({ heardAtMs }) => heardAtMs >= sinceMs),
    isFollower: (peerId) => followers.has(peerId),
    count: (listener) => attached.get(listener)?.size ?? 0,
  }
}

/** A mailbox id as a map key. */
export function keyOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1')
}
