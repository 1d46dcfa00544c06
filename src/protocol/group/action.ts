// What an operation of a group does, and its bytes. Codes that this version does not know decode to `unknown`: such an
// operation keeps its place in the log, so that what follows it can be read. Spec: docs/protocol.md §9.

import type { Bytes } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { boolean, bytesUpTo, fixedBytes, integer, oneOf, textWhere } from '../cbor/codec.ts'
import { field, isList, optionalField, shape, variant } from '../cbor/shape.ts'
import { EncodingError } from '../cbor/value.ts'
import { isName } from '../content/name.ts'
import { decodeInviteLink, encodeInviteLink } from '../invite/link.ts'
import { limits } from '../limits.ts'

export interface GroupSettings {
  /** Who may add somebody. */
  readonly adders: 'admins' | 'members'
  /** Whether an admin has to approve of who comes by a link; the messenger's to keep. */
  readonly linkApproval: boolean
}

export type GroupAction =
  | {
      readonly kind: 'create'
      /** 32 random bytes: no two groups are the same. */
      readonly seed: Bytes
      /** Of the group. */
      readonly name: string
      /** How its first member is called, and the link to reach them. */
      readonly creatorName: string
      readonly link: string
    }
  /** Who is added is whose consent it is; see consent.ts. Somebody who is a member already gets its name and link. */
  | { readonly kind: 'add'; readonly consent: Bytes; readonly isAdmin: boolean }
  /** `member` is a fingerprint, here and below. */
  | { readonly kind: 'remove'; readonly member: Bytes }
  | { readonly kind: 'leave' }
  | { readonly kind: 'rename'; readonly name: string }
  /** An encoded manifest, which is not looked into here; without one there is no picture. */
  | { readonly kind: 'picture'; readonly manifest?: Bytes }
  | { readonly kind: 'admin'; readonly member: Bytes; readonly isAdmin: boolean }
  | ({ readonly kind: 'settings' } & GroupSettings)
  /** The author's new link. */
  | { readonly kind: 'address'; readonly link: string }
  /** After how long messages disappear; 0 is never. */
  | { readonly kind: 'timer'; readonly timerMs: number }
  /** The signed entry of the author's device log that revokes a device. */
  | { readonly kind: 'revoke'; readonly entry: Bytes }
  /** Of a later version: kept and without effect, never encoded. */
  | { readonly kind: 'unknown'; readonly code: number }

type KnownAction = Exclude<GroupAction, { kind: 'unknown' }>

const fingerprint = fixedBytes(32)
const name = textWhere(isName)
/** An invite in the one way that it is written. */
export const groupLink = textWhere(isGroupLink)

const knownAction: Codec<KnownAction> = variant({
  create: [
    1,
    shape({
      seed: field(1, fixedBytes(32)),
      name: field(2, name),
      creatorName: field(3, name),
      link: field(4, groupLink),
    }),
  ],
  add: [2, shape({ consent: field(1, bytesUpTo(limits.groupConsentBytes)), isAdmin: field(2, boolean) })],
  remove: [3, shape({ member: field(1, fingerprint) })],
  leave: [4, shape({})],
  rename: [5, shape({ name: field(1, name) })],
  picture: [6, shape({ manifest: optionalField(1, bytesUpTo(limits.groupPictureBytes, 1)) })],
  admin: [7, shape({ member: field(1, fingerprint), isAdmin: field(2, boolean) })],
  settings: [8, shape({ adders: field(1, oneOf({ admins: 1, members: 2 })), linkApproval: field(2, boolean) })],
  address: [9, shape({ link: field(1, groupLink) })],
  timer: [10, shape({ timerMs: field(1, integer(limits.groupTimerMs)) })],
  // An entry has about 180 bytes.
  revoke: [11, shape({ entry: field(1, bytesUpTo(512, 1)) })],
})
const lastKnownCode = 11

export const groupActionCodec: Codec<GroupAction> = {
  toValue(item) {
    if (item.kind === 'unknown') throw new EncodingError()
    return knownAction.toValue(item)
  },
  fromValue(value) {
    const code = isList(value) && value.length === 2 ? value[0] : undefined
    if (typeof code === 'number' && code > lastKnownCode) return { kind: 'unknown', code }
    return knownAction.fromValue(value)
  },
}

/** The fingerprint of the account that a link of `groupLink` leads to. */
export function linkOwner(link: string): Bytes | undefined {
  const decoded = decodeInviteLink(link)
  return decoded.ok ? decoded.invite.fingerprint : undefined
}

function isGroupLink(text: string): boolean {
  if (text.length > limits.groupLinkCharacters) return false
  const decoded = decodeInviteLink(text)
  return decoded.ok && encodeInviteLink(decoded.invite) === text
}
