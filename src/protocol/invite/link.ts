// The invite link: everything that another person needs to write to me, in the fragment of a web address, which no server
// sees. Bytes: version ‖ CBOR ‖ checksum. Spec: docs/protocol.md §2.

import type { Bytes } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { decodeWith, encodeWith, fixedBytes, integer, leaf, textWhere } from '../cbor/codec.ts'
import { field, listOf, shape } from '../cbor/shape.ts'
import { EncodingError } from '../cbor/value.ts'
import { isName } from '../content/name.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { isOrigin } from '../mailbox/origin.ts'
import type { LinkKind } from './link-text.ts'
import { decodeLinkText, encodeLinkText } from './link-text.ts'

export interface InviteLink {
  /** Of the inviting account. */
  readonly fingerprint: Bytes
  /** Origins, 1 to 3, none twice; the first one has the mailbox. */
  readonly relays: readonly string[]
  /** Of the invite's mailbox. */
  readonly writeKey: Bytes
  /** 32 random bytes: whoever has them has the link. */
  readonly psk: Bytes
  readonly uses: number
  readonly expiresAtMs: number
  /** As the inviting person calls themselves; unverified. */
  readonly name: string
}

export type DecodedInviteLink =
  | { readonly ok: true; readonly invite: InviteLink }
  /** `version`: intact, but made by a later version. */
  | { readonly ok: false; readonly reason: 'broken' | 'version' }

const kind: LinkKind = {
  prefix: '#i/',
  version: 1,
  checksumLabel: labels.inviteChecksum,
  maxTextLength: 4 * limits.inviteBytes,
}
const bounds = { maxBytes: limits.inviteBytes, maxDepth: limits.cborDepth, maxItems: 64 }

const key = fixedBytes(32)
/** All zeros stands for "no psk" in the key schedule, so it can never be one. */
const psk = leaf((value) =>
  value instanceof Uint8Array && value.length === 32 && value.some((byte) => byte !== 0) ? value : undefined,
)
const origins = listOf(textWhere(isOrigin), limits.inviteRelays, 1)
const distinctOrigins: Codec<readonly string[]> = {
  toValue(relays) {
    if (!isDistinct(relays)) throw new EncodingError()
    return origins.toValue(relays)
  },
  fromValue(value) {
    const relays = origins.fromValue(value)
    return relays !== undefined && isDistinct(relays) ? relays : undefined
  },
}

const inviteCodec: Codec<InviteLink> = shape({
  fingerprint: field(1, key),
  relays: field(2, distinctOrigins),
  writeKey: field(3, key),
  psk: field(4, psk),
  uses: field(5, integer(limits.inviteUses, 1)),
  expiresAtMs: field(6, integer(limits.timeMs)),
  name: field(7, textWhere(isName)),
})

/** `<first relay>/#i/<base64url>`. @throws EncodingError for an invite out of bounds */
export function encodeInviteLink(invite: InviteLink): string {
  return encodeLinkText(invite.relays[0] ?? '', kind, encodeWith(inviteCodec, invite))
}

/** Takes a whole address or only what follows `#i/`, with white space around or (from line breaks) within it. */
export function decodeInviteLink(text: string): DecodedInviteLink {
  const content = decodeLinkText(text, kind)
  if (typeof content === 'string') return { ok: false, reason: content }
  const invite = decodeWith(inviteCodec, content, bounds)
  return invite === undefined ? { ok: false, reason: 'broken' } : { ok: true, invite }
}

function isDistinct(relays: readonly string[]): boolean {
  return new Set(relays).size === relays.length
}
