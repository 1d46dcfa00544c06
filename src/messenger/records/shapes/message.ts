// What is stored of messages, and of what was said about them.

import { boolean, oneOf } from '../../../protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape, variant } from '../../../protocol/cbor/shape.ts'
import { limits } from '../../limits.ts'
import { bytes, nothing, number, text } from './fields.ts'

const failure = oneOf({
  'relay-full': 1,
  'mailbox-full': 2,
  blocked: 3,
  'too-large': 4,
  'not-a-member': 5,
  damaged: 6,
  expired: 7,
  'too-much-work': 8,
  cancelled: 9,
  removed: 10,
})

const deliveryState = variant({
  sending: [1, nothing],
  kept: [2, shape({ relay: field(1, text), until: field(2, number) })],
  delivered: [3, shape({ at: field(1, number) })],
  seen: [4, shape({ at: field(1, number) })],
  failed: [5, shape({ reason: field(1, failure) })],
})

export const line = variant({
  added: [1, shape({ by: field(1, text), who: field(2, text) })],
  removed: [2, shape({ by: field(1, text), who: field(2, text) })],
  left: [3, shape({ who: field(1, text) })],
  renamed: [4, shape({ by: field(1, text), name: field(2, text) })],
  admin: [5, shape({ by: field(1, text), who: field(2, text), isAdmin: field(3, boolean) })],
  created: [6, shape({ by: field(1, text), name: field(2, text) })],
  timer: [7, shape({ by: field(1, text), lifeMs: field(2, number) })],
  picture: [8, shape({ by: field(1, text), isThere: field(2, boolean) })],
})

/** `messages` · key: `<conversation id>/<order, 12 hex digits>` */
export const messageRow = shape({
  id: field(1, text),
  /** Undefined: mine. */
  senderId: optionalField(2, text),
  sentAt: field(3, number),
  receivedAt: field(4, number),
  /** The content as it was sent or received, in the protocol's encoding. */
  content: field(5, bytes),
  recipients: field(6, listOf(shape({ contactId: field(1, text), state: field(2, deliveryState) }), 256)),
  /** Received: whether `Delivered` was said; `none`: of a request, or wiped before all of it came. */
  receipt: field(7, oneOf({ none: 1, waiting: 2, done: 3 })),
  /** The newest of each person; without `by`: mine, without `emoji`: taken back. */
  reactions: optionalField(
    8,
    listOf(shape({ by: optionalField(1, text), emoji: optionalField(2, text), at: field(3, number) }), 256),
  ),
  /** Texts that took the place of the one in `content`, the newest last. */
  edits: optionalField(9, listOf(shape({ text: field(1, text), at: field(2, number) }), 100)),
  /** Taken back by its sender: nothing of it is here any more. */
  unsentAt: optionalField(10, number),
  pin: optionalField(11, shape({ isPinned: field(1, boolean), at: field(2, number) })),
  /** What happened, where it is no message of anybody. Texts are names. */
  line: optionalField(12, line),
  /** Mine, to a group: fingerprints of those who get it once they can be reached. */
  unreached: optionalField(13, listOf(text, limits.unreached)),
  /** Goes so long after it was seen. */
  lifeMs: optionalField(14, number),
  /** Of a post: when I looked at it. */
  seenAt: optionalField(15, number),
  /** Received: of the looks at it so far its sender is not told, because not all of it was here, or nobody was to be told. */
  passed: optionalField(16, boolean),
})

/** `earlyActions` · key: `<id of the message that it is about>/<its own id>`. It came before its message. */
export const earlyActionRow = shape({ contactId: field(1, text), content: field(2, bytes), at: field(3, number) })

/**
 * `expiring` · key: message id. Seen, and gone at this time; `isWaiting`: mine, to a group, and from then on it waits for nobody
 * who could not be reached.
 */
export const expiringRow = shape({ at: field(1, number), isWaiting: optionalField(2, boolean) })

/**
 * `messageIndex` · key: message id, or `!/<contact>/<id>` of what is no message. Stays, without a key, when the message is
 * deleted: a repeat is not shown again. `by`: the contact whose message that was.
 */
export const messageIndexRow = shape({ key: optionalField(1, text), by: optionalField(2, text) })
