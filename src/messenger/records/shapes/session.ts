// What is stored of sessions with contacts, and of the first messages that began them.

import type { Codec } from '../../../protocol/cbor/codec.ts'
import { boolean } from '../../../protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape } from '../../../protocol/cbor/shape.ts'
import { decodeSession, encodeSession } from '../../../protocol/session/codec.ts'
import type { Session } from '../../../protocol/session/session.ts'
import { bytes, number, text } from './fields.ts'

/** `firsts` · key: hash of a first message's key material. Whose session it began, so that it never begins another. */
export const firstRow = shape({ contactId: field(1, text), at: field(2, number), sid: field(3, bytes) })

const session: Codec<Session> = {
  toValue: (item) => encodeSession(item),
  fromValue: (value) => (value instanceof Uint8Array ? decodeSession(value) : undefined),
}

export const position = shape({
  generation: field(1, number),
  epoch: field(2, number),
  n: field(3, number),
  /** Of the session; empty where it is not known any more. */
  sid: field(4, bytes),
  sentAt: field(5, number),
})

const heldSession = shape({
  session: field(1, session),
  generation: field(2, number),
  retiredAtMs: optionalField(3, number),
})

/** Fields as in src/protocol/session/continuity.ts. */
const continuity = shape({
  contactPsk: field(1, bytes),
  opened: field(2, number),
  exporters: field(3, listOf(shape({ epoch: field(1, number), key: field(2, bytes) }), 3)),
  earlier: field(4, bytes),
})

/** `sessions` · key: contact id. The fields without a word here are those of src/protocol/session/sessions.ts. */
export const sessionsRow = shape({
  sessions: field(1, listOf(heldSession, 16)),
  /** Begun by somebody with their account's key who does not prove the sessions above; waits for the person's word. */
  pending: optionalField(
    3,
    shape({
      session: field(1, session),
      /** The invite it came through; none: their own mailbox. */
      inviteId: optionalField(2, text),
      /** What came in it, as it was sent. */
      contents: field(3, listOf(bytes, 64)),
      /** It came while another change waited for the person's word: their next word is about that one. */
      isSecond: optionalField(4, boolean),
    }),
  ),
  /** When I began anew the last time. */
  refreshedAt: optionalField(4, number),
  generation: field(5, number),
  pskAtMs: field(6, number),
  /** Since when I want to begin anew. */
  wantedAt: optionalField(7, number),
  /** The first 8 bytes of the ids of the envelopes that were opened last, the newest first. */
  heard: optionalField(8, bytes),
  /** When everything was sent again because they began anew; and when that is to be done once more. */
  resentAt: optionalField(9, number),
  resendAt: optionalField(10, number),
  /** Where they wrote what I know of their address and of their name: what was written before changes neither (delivery/position.ts). */
  movedBy: optionalField(11, position),
  namedBy: optionalField(12, position),
  /** Since when what comes from them does not open, and nothing else of theirs in a session of the newest generation has. */
  unreadSince: optionalField(13, number),
  /** An hour after that or later something else did not open. */
  unreadAgain: optionalField(17, boolean),
  psks: field(14, listOf(continuity, 2)),
  /** By how much their clock was ahead of mine at least, by what they wrote in the newest sessions. */
  aheadMs: optionalField(16, number),
  /** SHA-256 of the certificate that the person did not recognise last, and when. */
  refused: optionalField(15, shape({ certificate: field(1, bytes), at: field(2, number) })),
})
