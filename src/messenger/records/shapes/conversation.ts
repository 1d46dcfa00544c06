// What is stored of a conversation, besides its messages.

import { boolean } from '../../../protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape } from '../../../protocol/cbor/shape.ts'
import { limits } from '../../limits.ts'
import { number, text } from './fields.ts'

/** `conversations` · key: conversation id */
export const conversationRow = shape({
  /** Of two people. */
  contactId: optionalField(1, text),
  lastOrder: field(2, number),
  lastActivityAt: field(3, number),
  seenOrder: field(4, number),
  unread: field(5, number),
  draft: field(6, text),
  /** Ids of pinned messages, the newest last; some may be gone. */
  pins: optionalField(7, listOf(text, 1000)),
  /** Id of a group, where it is one's. */
  group: optionalField(8, text),
  /** Nothing is told of what comes until then. */
  mutedUntil: optionalField(9, number),
  /** Of two people: what is written goes so long after it was seen; who said so last, and when. */
  timer: optionalField(10, shape({ lifeMs: field(1, number), at: field(2, number) })),
  /** Posts of this person, or mine; no conversation. */
  posts: optionalField(11, boolean),
  /** What is being written is about this message: with `text`, that is its new text; else it is an answer. */
  about: optionalField(12, shape({ messageId: field(1, text), text: optionalField(2, text) })),
  /** Ids of messages whose media were not all here at the last look, the newest last; some may be gone. */
  passed: optionalField(13, listOf(text, limits.passedMessages)),
})
