// What is stored of invites: mine, the open calls that go by one, and my uses of other people's.

import { boolean } from '../../../protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape } from '../../../protocol/cbor/shape.ts'
import { bytes, number, text } from './fields.ts'

/** `invites` · key: mailbox id */
export const inviteRow = shape({
  link: field(1, text),
  psk: field(2, bytes),
  prekeys: field(3, bytes),
  uses: field(4, number),
  used: field(5, number),
  createdAt: field(6, number),
  expiresAt: field(7, number),
  /** Withdrawn by me, or all its uses answered. */
  over: field(8, boolean),
  /** For the members of this group; not shown to the person. */
  group: optionalField(9, text),
  /** For this account alone, to which somebody introduced me; fingerprint. */
  introduced: optionalField(10, bytes),
  /** By it people ask to join this group. */
  joins: optionalField(11, text),
  /** The contact who got it for the account in `introduced`. */
  introducedBy: optionalField(12, text),
})

/** `calls` · key: id of its invite. An open call of mine. */
export const callRow = shape({
  text: field(1, text),
  overText: field(2, text),
  places: field(3, number),
  until: field(4, number),
  link: field(5, text),
  createdAt: field(6, number),
  /** Somebody was picked, or it was closed. */
  over: field(7, boolean),
  picked: optionalField(8, text),
  /** In the order in which they came. */
  respondents: field(9, listOf(shape({ contactId: field(1, text), at: field(2, number) }), 256)),
  late: field(10, number),
})

/** `connects` · key: mailbox id of the invite. My use of somebody's invite, written before the relay is asked. */
export const connectRow = shape({ takeId: field(1, bytes), contactId: optionalField(2, text) })
