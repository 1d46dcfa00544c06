// What is stored of messages that are viewed and not kept.

import { oneOf } from '../../../protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape } from '../../../protocol/cbor/shape.ts'
import { number, text } from './fields.ts'

/** `viewings` · key: message id. What a message with a view policy is, and what became of it; stays while its row does. */
export const viewingRow = shape({
  seconds: optionalField(1, number),
  replays: field(2, number),
  photos: field(3, number),
  videos: field(4, number),
  /** `replaying`: open for the second time. `sent`: mine, still here. `delivered`: mine, deleted here. */
  stage: field(
    5,
    oneOf({ sealed: 1, open: 2, replayable: 3, replaying: 4, over: 5, expired: 6, sent: 7, delivered: 8 }),
  ),
  /** `sealed`, `replayable`: when it is deleted. */
  until: optionalField(6, number),
  openedAt: optionalField(7, number),
  replayedAt: optionalField(8, number),
  capturedAt: optionalField(9, number),
  /** Mine: what recipients said. */
  said: optionalField(
    10,
    listOf(
      shape({
        contactId: field(1, text),
        openedAt: optionalField(2, number),
        replayedAt: optionalField(3, number),
        capturedAt: optionalField(4, number),
      }),
      256,
    ),
  ),
})
