// The keys of a mailbox and the names of envelopes, as src/protocol/mailbox/capability.ts has them, with Node's own hash:
// it is some twenty times as fast, and hashing is the largest part of the relay's work. A test holds both together.

import { hash, hkdfSync } from 'node:crypto'
import { labels } from '../../src/protocol/labels.ts'

const noSalt = new Uint8Array()

export function deriveWriteKey(readKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', readKey, noSalt, labels.mailboxWrite, 32))
}

export function deriveMailboxId(writeKey: Uint8Array): Uint8Array {
  return sha256(Buffer.concat([labels.mailboxId, writeKey]))
}

export function envelopeId(envelope: Uint8Array): Uint8Array {
  return sha256(envelope)
}

function sha256(bytes: Uint8Array): Uint8Array {
  const digest = hash('sha256', bytes, 'buffer')
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length)
}

/** Of the mailbox that a read key belongs to. */
export function ownId(readKey: Uint8Array): Uint8Array {
  return deriveMailboxId(deriveWriteKey(readKey))
}
