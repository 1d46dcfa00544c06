// What is stored of groups: my place in one, its log, and what waits for operations of it.

import { boolean, oneOf } from '../../../protocol/cbor/codec.ts'
import { field, listOf, optionalField, shape } from '../../../protocol/cbor/shape.ts'
import { bytes, number, text } from './fields.ts'

/** `groups` · key: group id. */
export const groupRow = shape({
  conversationId: field(1, text),
  /** `invited`: waits for my word. `consented`: I gave it. `in`: I am a member, or was. `asking`: I asked by a link. */
  stage: field(2, oneOf({ invited: 1, consented: 2, in: 3, asking: 4 })),
  /** Who invited me, and to what, as they said. */
  invitation: optionalField(
    3,
    shape({
      id: field(1, bytes),
      contactId: field(2, text),
      name: field(3, text),
      people: field(4, listOf(shape({ fingerprint: field(1, bytes), name: field(2, text) }), 64)),
      text: optionalField(5, text),
      at: field(6, number),
    }),
  ),
  /** Of mine, by which members reach me: its mailbox. */
  inviteId: optionalField(4, text),
  /** Whom I invited, and who has not answered. */
  asked: field(
    5,
    listOf(
      shape({ fingerprint: field(1, bytes), id: field(2, bytes), name: field(3, text), at: field(4, number) }),
      64,
    ),
  ),
  /** Of mine, by which people ask to join: its mailbox, and what is given away. */
  joinLink: optionalField(6, shape({ inviteId: field(1, text), link: field(2, text), expiresAt: field(3, number) })),
  /** Who asked by it, and waits for my word. */
  askers: optionalField(
    7,
    listOf(shape({ contactId: field(1, text), at: field(2, number), text: optionalField(3, text) }), 256),
  ),
  /** I asked the person of this account, by a link that gave the group this name. */
  ask: optionalField(
    8,
    shape({
      fingerprint: field(1, bytes),
      name: field(2, text),
      at: field(3, number),
      answer: optionalField(4, oneOf({ full: 1, closed: 2 })),
    }),
  ),
  /** I do not want to see that I am invited. */
  ignored: optionalField(9, boolean),
  /** The invitation came after my word or my question, which stands; it waits for a word of its own. */
  again: optionalField(10, boolean),
})

/** `groupPictures` · key: group id. The last one that was here. */
export const groupPictureRow = shape({ hash: field(1, bytes), picture: field(2, bytes) })

/** `groupOperations` · key: `<group id>/<operation id>` */
export const groupOperationRow = shape({ bytes: field(1, bytes) })

/** `earlyContents` · key: `<group id>/<message id>`. Written under operations that are not here yet. */
export const earlyContentRow = shape({ contactId: field(1, text), content: field(2, bytes), at: field(3, number) })
