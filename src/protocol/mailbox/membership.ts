// Membership of a relay that is not open to everybody: a secret of the client's own, made a member's with a code that
// whoever runs the relay gave away as a link. The relay keeps hashes of both. Spec: docs/protocol.md §2.

import type { Bytes, Random } from '../bytes.ts'
import { fromBase64Url, toBase64Url, utf8 } from '../bytes.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { sha256 } from '../primitives/hash.ts'
import { isOrigin } from './origin.ts'

export interface JoinLink {
  /** Origin. */
  readonly relay: string
  readonly code: Bytes
}

const membershipBytes = 32
const fragmentPrefix = '/#join/'
/** The longest origin, the code in base64url, and white space from line breaks. */
const maxLinkLength = 2 * limits.originBytes

/** 32 random bytes as text. One for each relay: seen at two, it would say that both are used by one person. */
export function createMembership(random: Random): string {
  return toBase64Url(random(membershipBytes))
}

/** Whether the text is one that `createMembership` can give. */
export function isMembership(text: string): boolean {
  return text.length === 43 && fromBase64Url(text) !== undefined
}

/** 32 bytes: what a relay stores of a member. */
export function membershipId(membership: string): Bytes {
  return sha256(labels.membership, utf8(membership))
}

/** 32 bytes: what a relay stores of a code. */
export function joinCodeId(code: Bytes): Bytes {
  return sha256(labels.joinCode, code)
}

/** `<relay>/#join/<base64url>`: a browser keeps the code, after the `#`, to itself. */
export function encodeJoinLink({ relay, code }: JoinLink): string {
  return `${relay}${fragmentPrefix}${toBase64Url(code)}`
}

/** White space around it or (from line breaks) within it is removed. */
export function decodeJoinLink(text: string): JoinLink | undefined {
  if (text.length > maxLinkLength) return undefined
  const [relay = '', code = '', ...more] = text.replace(/\s+/gu, '').split(fragmentPrefix)
  const bytes = fromBase64Url(code)
  if (more.length > 0 || !isOrigin(relay) || bytes?.length !== limits.joinCodeBytes) return undefined
  return { relay, code: bytes }
}
