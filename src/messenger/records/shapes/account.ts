// What is stored of this person's account.

import { boolean, oneOf } from '../../../protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape } from '../../../protocol/cbor/shape.ts'
import { bytes, number, text, texts } from './fields.ts'

/** `account` · key `self` */
export const accountRow = shape({
  identity: field(1, bytes),
  name: field(2, text),
  relays: field(3, texts),
  direct: field(4, boolean),
  seenReceipts: field(5, boolean),
  /** One for each relay; `code`: the relay has not answered yet. */
  memberships: optionalField(
    6,
    listOf(shape({ relay: field(1, text), membership: field(2, text), code: optionalField(3, bytes) }), 100_000),
  ),
  autoDownload: optionalField(
    7,
    shape({ photo: field(1, number), video: field(2, number), voice: field(3, number), file: field(4, number) }),
  ),
  mediaBudgetBytes: optionalField(8, number),
  typing: optionalField(9, boolean),
  whoMayWrite: optionalField(10, oneOf({ following: 1, introduced: 2, anyone: 3, nobody: 4 })),
  /** Whoever wants to follow me is approved by itself. */
  openFollowers: optionalField(11, boolean),
  /** The timer of new conversations. */
  timerMs: optionalField(12, number),
  onlyOnWifi: optionalField(13, boolean),
})
