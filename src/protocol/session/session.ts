// One session with one peer device (docs/protocol.md §4, §5): plain immutable data. Every step takes a session and
// gives the next one, so a caller that stores nothing has changed nothing.

import type { Bytes } from '../bytes.ts'
import type { Exporter, Ratchet } from './ratchet.ts'

type SessionRole = 'initiator' | 'responder'

interface SessionPeer {
  readonly fingerprint: Bytes
  readonly deviceId: Bytes
  /** As it entered the transcript. */
  readonly certificate: Bytes
}

export interface Session {
  /** 32 bytes, the same on both sides, never sent. */
  readonly sid: Bytes
  readonly role: SessionRole
  readonly peer: SessionPeer
  /** The peer is known to hold this session: initiator, a reply was opened; responder, the reply was answered. */
  readonly acknowledged: boolean
  readonly createdAtMs: number
  /** Hash of everything both sides agreed on (§3). */
  readonly transcript: Bytes
  readonly opening: Opening
  /** Known from epoch 1 on. */
  readonly continuity: Bytes | undefined
  readonly ratchet: Ratchet
}

/** How this session begins on the wire. */
type Opening =
  /** Initiator without a reply: stands in front of every message, byte for byte. */
  | { readonly kind: 'repeat'; readonly prefix: Bytes }
  /** Responder: SHA-256 of the only prefix that messages of this session may carry. */
  | { readonly kind: 'known'; readonly hash: Bytes }
  /** Initiator, after the first reply. */
  | { readonly kind: 'over' }

/** Keys both sides have for proving the session elsewhere (§10), newest first, at most three. */
export function exporters(session: Session): readonly Exporter[] {
  return session.ratchet.exporters
}

/** What every psk of a next handshake with this contact has in it (§5), 32 bytes; undefined before the first reply. */
export function contactPsk(session: Session): Bytes | undefined {
  return session.continuity
}
