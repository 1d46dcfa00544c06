// The code that one person shows and the other scans: the fingerprint of the one who shows it, and of the one it is shown
// to as they know them. So one scan compares both ways. Spec: docs/protocol.md §11.

import type { Bytes } from '../bytes.ts'
import { concatBytes, equalBytes, fromBase64Url, toBase64Url } from '../bytes.ts'
import { limits } from '../limits.ts'
import { requireLength } from '../primitives/error.ts'

const scheme = 'safelight-verify:'
const version = 1
const fingerprintBytes = 32
const codeBytes = 1 + 2 * fingerprintBytes

export interface VerificationCode {
  /** Of the person who shows the code. */
  readonly shownBy: Bytes
  /** Of the person they show it to. */
  readonly shownTo: Bytes
}

export type DecodedCode =
  | { readonly ok: true; readonly code: VerificationCode }
  | { readonly ok: false; readonly reason: 'broken' | 'version' }

/**
 * `match`: both know each other under the right key. `own`: my own code came back. `not-me`: they, but it was made for
 * somebody else than me. `not-them`: whoever shows it is not the account I write to under their name.
 */
export type CodeComparison = 'match' | 'own' | 'not-me' | 'not-them'

/** As it goes into the QR code. @throws CryptoError `usage` */
export function encodeVerificationCode({ shownBy, shownTo }: VerificationCode): string {
  requireLength(shownBy, fingerprintBytes)
  requireLength(shownTo, fingerprintBytes)
  return scheme + toBase64Url(concatBytes(Uint8Array.of(version), shownBy, shownTo))
}

export function decodeVerificationCode(text: string): DecodedCode {
  if (text.length > limits.verificationCodeCharacters || !text.startsWith(scheme))
    return { ok: false, reason: 'broken' }
  const bytes = fromBase64Url(text.slice(scheme.length))
  if (bytes === undefined || bytes.length === 0) return { ok: false, reason: 'broken' }
  if (bytes[0] !== version) return { ok: false, reason: 'version' }
  if (bytes.length !== codeBytes) return { ok: false, reason: 'broken' }
  const shownBy = bytes.slice(1, 1 + fingerprintBytes)
  return { ok: true, code: { shownBy, shownTo: bytes.slice(1 + fingerprintBytes) } }
}

/** Every comparison is made in full, whatever the others give. */
export function compareVerificationCode(
  code: VerificationCode,
  known: { readonly own: Bytes; readonly theirs: Bytes },
): CodeComparison {
  const byThem = equalBytes(code.shownBy, known.theirs)
  const toMe = equalBytes(code.shownTo, known.own)
  const byMe = equalBytes(code.shownBy, known.own)
  if (byThem && toMe) return 'match'
  if (byMe) return 'own'
  return byThem ? 'not-me' : 'not-them'
}
