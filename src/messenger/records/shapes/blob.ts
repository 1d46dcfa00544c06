// What is stored of the media on this device.

import { boolean, oneOf } from '../../../protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape } from '../../../protocol/cbor/shape.ts'
import { mailboxAddress, number, text, texts } from './fields.ts'

/** `blobs` · key: blob id. What a blob on this device belongs to; one without a row is swept at the next start. */
export const blobRow = shape({
  messageId: field(1, text),
  role: field(2, oneOf({ display: 1, poster: 2, hashes: 3, original: 4 })),
  segmentCount: field(3, number),
  /**
   * `mine`: sealed here. `wanted`: being fetched. `complete`: fetched and verified. `held`: of a request, not fetched.
   * `offered`: not fetched unless the person wants it. `paused`: by the person. `evicted`: was here, and made room.
   */
  state: field(4, oneOf({ mine: 1, wanted: 2, complete: 3, held: 4, damaged: 5, offered: 6, paused: 7, evicted: 8 })),
  /** Contacts who may fetch it from me: whom I sent it to, or who got it too, as its sender showed. These I may ask as well. */
  readers: field(5, texts),
  /** `mine`: the mailbox at each relay that it is put on the account of; the newest last. */
  accounts: optionalField(6, listOf(mailboxAddress, 16)),
  /** `mine`: the person has stopped its upload. */
  stopped: optionalField(7, boolean),
  /** When it was last looked at, of what is `complete`; of what is `paused`, where it was only looked into. */
  usedAt: optionalField(8, number),
  /**
   * It goes with the network, not with the person's word: `wanted` on Wi-Fi, else `offered`, or `paused` where a part is
   * here.
   */
  byItself: optionalField(9, boolean),
})
