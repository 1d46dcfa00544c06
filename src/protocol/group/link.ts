// The link by which people ask to join a group: an invite of one of its admins, with the group that it is for. In the fragment of an
// address, like an invite. Bytes: version ‖ CBOR ‖ checksum. Spec: docs/protocol.md §9, Asking to join.

import type { Bytes } from '../bytes.ts'
import { concatBytes, equalBytes, fromBase64Url, toBase64Url } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { bytesUpTo, decodeWith, encodeWith, fixedBytes, textWhere } from '../cbor/codec.ts'
import { field, shape } from '../cbor/shape.ts'
import { EncodingError } from '../cbor/value.ts'
import { isName } from '../content/name.ts'
import type { InviteLink } from '../invite/link.ts'
import { decodeInviteLink, encodeInviteLink } from '../invite/link.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { sha256 } from '../primitives/hash.ts'

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

const version = 1
const checksumBytes = 4
const fragmentPrefix = '#g/'
const invitePrefix = '#i/'
/** An invite with its frame, and the group. */
const bounds = { maxBytes: limits.inviteBytes + 512, maxDepth: 4, maxItems: 16 }
const maxTextLength = 4 * bounds.maxBytes

const codec: Codec<{ readonly group: Bytes; readonly name: string; readonly invite: Bytes }> = shape({
  group: field(1, fixedBytes(32)),
  name: field(2, textWhere(isName)),
  invite: field(3, bytesUpTo(limits.inviteBytes + 1 + checksumBytes)),
})

/** `<first relay of the invite>/#g/<base64url>`. @throws EncodingError for what is out of bounds */
export function encodeGroupLink({ group, name, invite }: GroupLink): string {
  const [relay = '', bytes] = encodeInviteLink(invite).split(`/${invitePrefix}`)
  const inside = bytes === undefined ? undefined : fromBase64Url(bytes)
  if (inside === undefined) throw new EncodingError()
  const content = concatBytes(Uint8Array.of(version), encodeWith(codec, { group, name, invite: inside }))
  return `${relay}/${fragmentPrefix}${toBase64Url(concatBytes(content, checksum(content)))}`
}

/** Takes a whole address or only what follows `#g/`, with white space around or within it. */
export function decodeGroupLink(text: string): DecodedGroupLink {
  const broken = { ok: false, reason: 'broken' } as const
  if (text.length > maxTextLength) return broken
  const compact = text.replace(/\s+/gu, '')
  const prefixAt = compact.indexOf(fragmentPrefix)
  const bytes = fromBase64Url(prefixAt < 0 ? compact : compact.slice(prefixAt + fragmentPrefix.length))
  if (bytes === undefined || bytes.length <= 1 + checksumBytes) return broken
  const content = bytes.subarray(0, -checksumBytes)
  if (!equalBytes(checksum(content), bytes.subarray(-checksumBytes))) return broken
  if (content[0] !== version) return { ok: false, reason: 'version' }
  const read = decodeWith(codec, content.subarray(1), bounds)
  if (read === undefined) return broken
  const { group, name } = read
  const decoded = decodeInviteLink(toBase64Url(read.invite))
  if (!decoded.ok) return decoded
  return { ok: true, link: { group, name, invite: decoded.invite }, invite: encodeInviteLink(decoded.invite) }
}

function checksum(content: Bytes): Bytes {
  return sha256(labels.groupLinkChecksum, content).subarray(0, checksumBytes)
}
