// The invite link: everything that another person needs to write to me, in the fragment of a web address, which no server
// sees. Bytes: version ‖ CBOR ‖ checksum. Spec: docs/protocol.md §2.

import type { Bytes } from '../bytes.ts'
import { concatBytes, equalBytes, fromBase64Url, toBase64Url } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { decodeWith, encodeWith, fixedBytes, integer, leaf, textWhere } from '../cbor/codec.ts'
import { field, listOf, shape } from '../cbor/shape.ts'
import { EncodingError } from '../cbor/value.ts'
import { isName } from '../content/name.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { isOrigin } from '../mailbox/origin.ts'
import { sha256 } from '../primitives/hash.ts'

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

const version = 1
/** Finds damage by people and programs; the security of the link rests on the psk alone. */
const checksumBytes = 4
const fragmentPrefix = '#i/'

const bounds = { maxBytes: limits.inviteBytes, maxDepth: limits.cborDepth, maxItems: 64 }
const maxTextLength = 4 * limits.inviteBytes

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
  const content = concatBytes(Uint8Array.of(version), encodeWith(inviteCodec, invite))
  return `${invite.relays[0]}/${fragmentPrefix}${toBase64Url(concatBytes(content, checksum(content)))}`
}

/** Takes a whole address or only what follows `#i/`, with white space around or (from line breaks) within it. */
export function decodeInviteLink(text: string): DecodedInviteLink {
  const broken = { ok: false, reason: 'broken' } as const
  if (text.length > maxTextLength) return broken
  const compact = text.replace(/\s+/gu, '')
  const prefixAt = compact.indexOf(fragmentPrefix)
  const bytes = fromBase64Url(prefixAt < 0 ? compact : compact.slice(prefixAt + fragmentPrefix.length))
  if (bytes === undefined || bytes.length <= 1 + checksumBytes) return broken
  const content = bytes.subarray(0, -checksumBytes)
  if (!equalBytes(checksum(content), bytes.subarray(-checksumBytes))) return broken
  if (content[0] !== version) return { ok: false, reason: 'version' }
  const invite = decodeWith(inviteCodec, content.subarray(1), bounds)
  return invite === undefined ? broken : { ok: true, invite }
}

function checksum(content: Bytes): Bytes {
  return sha256(labels.inviteChecksum, content).subarray(0, checksumBytes)
}

function isDistinct(relays: readonly string[]): boolean {
  return new Set(relays).size === relays.length
}
