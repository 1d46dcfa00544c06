// The link by which people ask to join a group: an invite of one of its admins, with the group that it is for. In the fragment of an
// address, like an invite. Bytes: version ‖ CBOR ‖ checksum. Spec: docs/protocol.md §9, Asking to join.

import type { Bytes } from '../bytes.ts'
import { fromBase64Url, toBase64Url } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { bytesUpTo, decodeWith, encodeWith, fixedBytes, textWhere } from '../cbor/codec.ts'
import { field, shape } from '../cbor/shape.ts'
import { EncodingError } from '../cbor/value.ts'
import { isName } from '../content/name.ts'
import type { InviteLink } from '../invite/link.ts'
import { decodeInviteLink, encodeInviteLink } from '../invite/link.ts'
import type { LinkKind } from '../invite/link-text.ts'
import { decodeLinkText, encodeLinkText, linkChecksumBytes } from '../invite/link-text.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'

export interface GroupLink {
  /** Hash of its first operation, 32 bytes. */
  readonly group: Bytes
  /** As whoever made the link says; unverified. */
  readonly name: string
  readonly invite: InviteLink
}

export type DecodedGroupLink =
  | { readonly ok: true; readonly link: GroupLink; /** The invite in it, as a link. */ readonly invite: string }
  | { readonly ok: false; readonly reason: 'broken' | 'version' }

const invitePrefix = '#i/'
/** An invite with its frame, and the group. */
const bounds = { maxBytes: limits.inviteBytes + 512, maxDepth: 4, maxItems: 16 }
const kind: LinkKind = {
  prefix: '#g/',
  version: 1,
  checksumLabel: labels.groupLinkChecksum,
  maxTextLength: 4 * bounds.maxBytes,
}

const codec: Codec<{ readonly group: Bytes; readonly name: string; readonly invite: Bytes }> = shape({
  group: field(1, fixedBytes(32)),
  name: field(2, textWhere(isName)),
  invite: field(3, bytesUpTo(limits.inviteBytes + 1 + linkChecksumBytes)),
})

/** `<first relay of the invite>/#g/<base64url>`. @throws EncodingError for what is out of bounds */
export function encodeGroupLink({ group, name, invite }: GroupLink): string {
  const [relay = '', bytes] = encodeInviteLink(invite).split(`/${invitePrefix}`)
  const inside = bytes === undefined ? undefined : fromBase64Url(bytes)
  if (inside === undefined) throw new EncodingError()
  return encodeLinkText(relay, kind, encodeWith(codec, { group, name, invite: inside }))
}

/** Takes a whole address or only what follows `#g/`, with white space around or within it. */
export function decodeGroupLink(text: string): DecodedGroupLink {
  const content = decodeLinkText(text, kind)
  if (typeof content === 'string') return { ok: false, reason: content }
  const read = decodeWith(codec, content, bounds)
  if (read === undefined) return { ok: false, reason: 'broken' }
  const { group, name } = read
  const decoded = decodeInviteLink(toBase64Url(read.invite))
  if (!decoded.ok) return decoded
  return { ok: true, link: { group, name, invite: decoded.invite }, invite: encodeInviteLink(decoded.invite) }
}
