// The state of the ratchet (docs/protocol.md §4): plain immutable data.
//
// Epoch t is even when the initiator sends in it and odd when the responder does. `epoch` is the newest one begun;
// whose it is decides whether the state holds a KEM secret key (own epoch) or the peer's public key (its epoch).

import type { Bytes } from '../bytes.ts'

export interface Ratchet {
  readonly epoch: number
  /** RK of epoch + 1. */
  readonly rootKey: Bytes
  /** HK of epoch + 1. */
  readonly nextHeaderKey: Bytes
  readonly turn: Turn
  /** The peer's newest epoch; absent until the initiator's first reply. */
  readonly receiving: ReceivingChain | undefined
  /** The peer's epochs before that, newest first. */
  readonly closed: readonly ClosedEpoch[]
  /** Keys of messages not yet seen, by epoch and then by n: the oldest first. */
  readonly skipped: readonly SkippedKey[]
  /** Newest first. */
  readonly exporters: readonly Exporter[]
}

type Turn =
  | { readonly kind: 'own'; readonly chain: SendingChain }
  /** `peerKey` is undefined only inside the handshake, before the first message has been opened. */
  | { readonly kind: 'peer'; readonly peerKey: Bytes | undefined; readonly sentCount: number }

export interface SendingChain {
  readonly headerKey: Bytes
  readonly chainKey: Bytes
  /** n of the next message. */
  readonly next: number
  /** pn: how many messages the own epoch before this one had. */
  readonly previousCount: number
  /** Opens the peer's answer to this epoch, and is gone with it. */
  readonly secretKey: Bytes
  readonly publicKey: Bytes
  readonly ciphertext: Bytes
}

export interface ReceivingChain {
  readonly epoch: number
  readonly headerKey: Bytes
  readonly chainKey: Bytes
  /** n of the first message whose key has not been derived. */
  readonly next: number
  /** Skipped keys below this n were given up. */
  readonly droppedBelow: number
}

export interface ClosedEpoch {
  readonly epoch: number
  readonly headerKey: Bytes
  /** How many messages it had, as the peer said. */
  readonly count: number
  readonly droppedBelow: number
  readonly closedAtMs: number
}

export interface SkippedKey {
  readonly epoch: number
  readonly n: number
  readonly key: Bytes
  readonly skippedAtMs: number
}

export interface Exporter {
  readonly epoch: number
  readonly key: Bytes
}
