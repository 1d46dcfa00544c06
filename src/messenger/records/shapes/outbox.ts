// What is stored of what goes out: envelopes, what relays keep of them, and receipts that are owed.

import { boolean, oneOf } from '../../../protocol/cbor/codec.ts'
import { field, optionalField, shape } from '../../../protocol/cbor/shape.ts'
import { bytes, mailboxAddress, number, text, texts } from './fields.ts'

/** `outbox` · key: `<contact id>/<sequence, 12 hex digits>`. One sealed envelope for one recipient. */
export const outboxRow = shape({
  envelope: field(1, bytes),
  /** The message whose state it drives; none for control envelopes. */
  messageId: optionalField(2, text),
  /** Where the envelope is: here only, at a relay, or stored on their device. */
  envelopeAt: field(3, oneOf({ here: 1, relay: 2, device: 3 })),
  until: optionalField(4, number),
  blobs: field(5, texts),
  /** Refused by the relay; waits for the person to try again. */
  failed: field(6, boolean),
  /**
   * Where it has to go: the invite's mailbox, for what was sealed before they answered; the one that got the envelope, for
   * its media. Else where they are then.
   */
  to: optionalField(7, mailboxAddress),
  /** `messageId` is that of an action (delivery/actions.ts). */
  isAction: optionalField(8, boolean),
})

/** `kept` · key: `<message id>/<contact id>`. What a relay keeps, and until when. */
export const keptRow = shape({ until: field(1, number) })

/** `receipts` · key: contact id. Receipts that are owed; message ids. */
export const receiptsRow = shape({
  delivered: field(1, texts),
  seen: field(2, texts),
  dueAt: field(3, number),
  opened: optionalField(4, texts),
  replayed: optionalField(5, texts),
  captured: optionalField(6, texts),
})
