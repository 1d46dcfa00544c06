// What is stored of this device itself: its clock, and what wakes it.

import { boolean } from '../../../protocol/cbor/codec.ts'
import { field, optionalField, shape } from '../../../protocol/cbor/shape.ts'
import { bytes, number, text } from './fields.ts'

/** `clock` · key `seen`. When this device was last seen running, and to when its clock leapt since, if that is not believed yet. */
export const clockRow = shape({ at: field(1, number), leaptTo: optionalField(2, number) })

/** `pushes` · key: relay. What this device is woken by when mailboxes there get something. */
export const pushRow = shape({
  /** Names this device there. */
  device: field(1, bytes),
  /** The relay's, that the subscription was made with. */
  key: field(2, text),
  /** Absent: switched off, and the relay does not know yet. */
  endpoint: optionalField(3, text),
  /** The relay has heard of it for all mailboxes there were. */
  told: field(4, boolean),
})
