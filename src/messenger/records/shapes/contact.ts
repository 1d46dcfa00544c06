// What is stored of people: contacts, whom I follow, and who is introduced to whom.

import { boolean, oneOf } from '../../../protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape, variant } from '../../../protocol/cbor/shape.ts'
import { bytes, mailboxAddress, number, text } from './fields.ts'

/** `contacts` · key: contact id */
export const contactRow = shape({
  fingerprint: field(1, bytes),
  name: field(2, text),
  /** `asked`: my request waits. `request`: theirs does. */
  state: field(3, oneOf({ asked: 1, request: 2, accepted: 3, blocked: 4 })),
  conversationId: field(4, text),
  /** Mine, where they write to. */
  mailboxId: optionalField(5, text),
  /** Theirs, where I write to. */
  theirs: optionalField(6, mailboxAddress),
  /** The invite of mine that it came through, until it is answered. */
  inviteId: optionalField(7, text),
  requestText: optionalField(8, text),
  createdAt: field(9, number),
  /** What it was before it was blocked. */
  blockedFrom: optionalField(10, oneOf({ asked: 1, request: 2, accepted: 3 })),
  /** What became of their devices' keys and waits for me; absent while there is nothing. See `ContactView.keys`. */
  keys: optionalField(11, oneOf({ changed: 1, conflict: 2 })),
  /** The newest state of their device log that they showed me. */
  knownLog: optionalField(12, shape({ length: field(1, number), head: field(2, bytes) })),
  /** When I marked them as verified. */
  verifiedAt: optionalField(13, number),
  /** The time that I gave to what I told them last of who and where I am: the next one is later, whatever the clock says. */
  toldAt: optionalField(14, number),
  /**
   * Known from a group alone: their messages to it come and mine go, and nothing else; or told that an open call is over. `asking`: they wrote to me besides,
   * which waits as a request does.
   */
  peer: optionalField(15, oneOf({ member: 1, asking: 2 })),
  /** Whether they follow me: they want to, and what I said to it. */
  followsMe: optionalField(16, oneOf({ asked: 1, approved: 2, declined: 3 })),
  /** What they said to my following them. */
  approvesMe: optionalField(17, boolean),
  /** I do not want to see what they ask, now and later. */
  ignored: optionalField(18, boolean),
  /** Mine, until it is answered: what it said, when it was made, and when it was made last. */
  request: optionalField(
    19,
    shape({
      messageId: field(1, text),
      text: optionalField(2, text),
      firstAt: field(3, number),
      askedAt: field(4, number),
    }),
  ),
  /** Their newest request as they sent it, with their signature, and the certificate of the device that signed. */
  signedRequest: optionalField(20, shape({ content: field(1, bytes), certificate: field(2, bytes) })),
  /** What is stored of what they wrote, while that waits for my word. */
  waiting: optionalField(21, shape({ messages: field(1, number), bytes: field(2, number) })),
  /** That they follow me is still to be answered, with what `followsMe` is then; and when it was answered by itself last. */
  answerDue: optionalField(22, boolean),
  answeredAt: optionalField(23, number),
})

/** `follows` · key: fingerprint, hex. Merges per entry: the higher clock wins, then `following: false`. */
export const followRow = shape({
  following: field(1, boolean),
  clock: field(2, number),
  at: field(3, number),
  /** What it was before, the newest last. */
  past: optionalField(4, listOf(shape({ following: field(1, boolean), at: field(2, number) }), 1000)),
})

/** `introductions` · key: introduction id. */
export const introductionRow = shape({
  /** Whom this device heard of, or asked: who introduces, or `asked` of mine. */
  contactId: field(1, text),
  at: field(2, number),
  what: field(
    3,
    variant({
      /** Mine: `contactId` was asked for a link for this contact. */
      mine: [1, shape({ forContactId: field(1, text) })],
      /** I am asked for a link for somebody. */
      asked: [2, shape({ fingerprint: field(1, bytes), name: field(2, text) })],
      /** I may meet somebody by this link. */
      met: [3, shape({ fingerprint: field(1, bytes), name: field(2, text), link: field(3, text) })],
    }),
  ),
  text: optionalField(4, text),
  /** I do not want to see it. */
  ignored: optionalField(5, boolean),
})
