// Proof of work for one envelope: what a relay asks of strangers while more comes into an invite mailbox than it takes for
// nothing. The token is the relay's, made for one mailbox and a short time; the seed adds the envelope, so that work done
// for one deposit is worth nothing for another. Spec: docs/protocol.md §2, "Proof of work".

import type { Bytes } from '../bytes.ts'
import { labels } from '../labels.ts'
import { requireLength } from '../primitives/error.ts'
import { sha256 } from '../primitives/hash.ts'

const seedBytes = 32
const nonceBytes = 8

/** What a relay asks for. */
export interface WorkChallenge {
  /** 32 bytes that mean something to the relay alone. */
  readonly token: Bytes
  /** Zero bits that the hash has to begin with: each doubles the work. */
  readonly bits: number
}

/** What a `put` of one envelope shows for it. */
export interface Work {
  readonly token: Bytes
  readonly nonce: number
}

/** 32 bytes. @throws CryptoError `usage` */
export function workSeed(input: {
  readonly token: Bytes
  readonly mailboxId: Bytes
  /** SHA-256 of the envelope. */
  readonly envelopeId: Bytes
}): Bytes {
  for (const part of [input.token, input.mailboxId, input.envelopeId]) requireLength(part, 32)
  return sha256(labels.putWork, input.token, input.mailboxId, input.envelopeId)
}

/** Whether the nonce is one that was looked for. */
export function checkWork(seed: Bytes, nonce: number, bits: number): boolean {
  return searchWork(seed, bits, nonce, 1) === nonce
}

/**
 * Tries `count` nonces from `first` on; 2^bits of them are needed on average. Undefined: none of them is it. A caller
 * with other things to do asks for a few thousand at a time.
 */
export function searchWork(seed: Bytes, bits: number, first: number, count: number): number | undefined {
  requireLength(seed, seedBytes)
  // 40 bytes are one block of SHA-256.
  const block = new Uint8Array(seedBytes + nonceBytes)
  block.set(seed)
  const view = new DataView(block.buffer)
  for (let nonce = first; nonce < first + count; nonce++) {
    view.setUint32(seedBytes, Math.floor(nonce / 2 ** 32))
    view.setUint32(seedBytes + 4, nonce % 2 ** 32)
    if (leadingZeros(sha256(block)) >= bits) return nonce
  }
  return undefined
}

function leadingZeros(hash: Bytes): number {
  const whole = hash.findIndex((byte) => byte !== 0)
  if (whole < 0) return hash.length * 8
  return whole * 8 + Math.clz32(hash[whole] ?? 0) - 24
}
