// What is stored of mailboxes: mine, the keys that are offered there, and what of theirs this program failed on.

import { boolean, oneOf } from '../../../protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape, variant } from '../../../protocol/cbor/shape.ts'
import { bytes, nothing, number, text } from './fields.ts'

/** `mailboxes` · key: mailbox id. Mine; read key and what it is for. */
export const mailboxRow = shape({
  relay: field(1, text),
  readKey: field(2, bytes),
  purpose: field(3, variant({ invite: [1, nothing], contact: [2, shape({ contactId: field(1, text) })] })),
  /** Being closed: told to the relay until it confirms, then the row goes. */
  closing: field(4, boolean),
  /** What was last made for its bundle, in `offers` or with the relay already. */
  offer: optionalField(
    5,
    shape({
      madeAt: field(1, number),
      /** Of the psk that it is sealed under. */
      pskId: field(2, bytes),
      state: field(3, oneOf({ pending: 1, offered: 2 })),
      /** When newer keys take its place. */
      renewAt: field(4, number),
    }),
  ),
  /** Of a contact: when a new address takes its place. */
  renewAt: optionalField(6, number),
  /** Another address has taken its place, and was told to them; `heardAt`: they write there since. */
  old: optionalField(7, shape({ announcedAt: field(1, number), heardAt: optionalField(2, number) })),
  /** A relay that cannot be told for long is taken for gone. */
  closingSince: optionalField(8, number),
})

/** `prekeys` · key: mailbox id, of contacts. Private halves of what is or was offered there. */
export const prekeysRow = shape({ secrets: field(1, bytes) })

/** `offers` · key: mailbox id. A sealed bundle on its way to the relay: a repeated attempt sends the same bytes. */
export const offerRow = shape({ main: field(1, bytes), oneTime: field(2, listOf(bytes, 100)) })

/** `quarantine` · key: envelope id. What this program failed on, kept so that nothing is lost by a fault of ours. */
export const quarantineRow = shape({ mailboxId: field(1, text), envelope: field(2, bytes), at: field(3, number) })
