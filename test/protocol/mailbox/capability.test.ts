import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { CryptoError } from '../../../src/protocol/primitives/error.ts'
import { deriveMailboxId, deriveWriteKey, envelopeId } from '../../../src/protocol/mailbox/capability.ts'
import { isOrigin } from '../../../src/protocol/mailbox/origin.ts'

describe('mailbox keys', () => {
  it('lead one way, from read over write to id, to three different values', () => {
    const readKey = new Uint8Array(32).fill(5)
    const writeKey = deriveWriteKey(readKey)
    const mailboxId = deriveMailboxId(writeKey)
    expect([writeKey.length, mailboxId.length]).toEqual([32, 32])
    expect(writeKey).not.toEqual(readKey)
    expect(mailboxId).not.toEqual(writeKey)
    expect(deriveMailboxId(readKey)).not.toEqual(mailboxId)
    expect(deriveWriteKey(readKey)).toEqual(writeKey)
  })

  it('have one length', () => {
    expect(() => deriveWriteKey(new Uint8Array(31))).toThrow(CryptoError)
    expect(() => deriveMailboxId(new Uint8Array(33))).toThrow(CryptoError)
  })

  it('name an envelope by its hash', () => {
    expect(envelopeId(Uint8Array.of(1))).toEqual(sha256(Uint8Array.of(1)))
  })
})

describe('relay addresses', () => {
  const origins = [
    'https://relay.example',
    'http://localhost:8080',
    'http://127.0.0.1:3000',
    'https://[2001:db8::1]:8443',
    'https://xn--bcher-kva.example',
    'https://a-b.c.example:1',
  ]
  const others = [
    '',
    'relay.example',
    'https://',
    'https://relay.example/',
    'https://relay.example:443',
    'http://relay.example:80',
    'https://relay.example:0',
    'https://relay.example:08',
    'https://relay.example:65536',
    'https://relay.example:',
    'HTTPS://relay.example',
    'https://Relay.example',
    'https://bücher.example',
    'https://user@relay.example',
    'https://relay.example?x',
    'https://relay.example#x',
    'https://relay..example',
    'https://-relay.example',
    'https://relay.example\n',
    ' https://relay.example',
    'ftp://relay.example',
    'javascript:alert(1)',
    'data:text/html,x',
    `https://${'a'.repeat(300)}.example`,
  ]

  it('are origins in the one spelling that browsers use', () => {
    for (const origin of origins) {
      expect(isOrigin(origin), origin).toBe(true)
      expect(new URL(origin).origin).toBe(origin)
    }
  })

  it('are nothing else', () => {
    for (const other of others) expect(isOrigin(other), other).toBe(false)
  })
})
