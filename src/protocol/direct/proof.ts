// Before anything else on a direct connection, both sides prove that they hold the same session: a MAC over their role,
// both transport addresses and both fresh nonces, under a key from the newest exporters. A proof fits one connection and
// one direction only. Spec: docs/protocol.md §10.

import type { Bytes } from '../bytes.ts'
import { concatBytes, utf8, withLength } from '../bytes.ts'
import { labels } from '../labels.ts'
import { requireLength } from '../primitives/error.ts'
import { hmacSha256 } from '../primitives/hash.ts'
import { deriveKey } from '../primitives/hkdf.ts'

const roleBytes = { initiator: Uint8Array.of(1), responder: Uint8Array.of(2) } as const

/**
 * The proof that the side in `role` sends, 32 bytes; the other side computes the same and compares with `equalBytes`.
 * Peer ids are in their canonical text form. @throws CryptoError `usage`
 */
export function createProof(input: {
  /** 32 bytes, of one epoch. */
  readonly exporter: Bytes
  readonly role: 'initiator' | 'responder'
  readonly initiatorPeerId: string
  readonly responderPeerId: string
  readonly initiatorNonce: Bytes
  readonly responderNonce: Bytes
}): Bytes {
  requireLength(input.exporter, 32)
  requireLength(input.initiatorNonce, 32)
  requireLength(input.responderNonce, 32)
  const key = deriveKey({ ikm: input.exporter, info: labels.directKey, length: 32 })
  const peerIds = concatBytes(withLength(utf8(input.initiatorPeerId)), withLength(utf8(input.responderPeerId)))
  return hmacSha256(key, labels.directProof, roleBytes[input.role], peerIds, input.initiatorNonce, input.responderNonce)
}
