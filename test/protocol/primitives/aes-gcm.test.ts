import { gcm } from '@noble/ciphers/aes.js'
import { describe, expect, it } from 'vitest'
import { fromHex } from '../../../src/protocol/bytes.ts'
import { importAesGcmKey, openAesGcm, sealAesGcm } from '../../../src/protocol/primitives/aes-gcm.ts'
import { bulkSha256 } from '../../../src/protocol/primitives/bulk-sha256.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'

const hex = (text: string) => fromHex(text) ?? new Uint8Array()

describe('AES-256-GCM', () => {
  it('agrees with test case 16 of the GCM specification', async () => {
    const key = await importAesGcmKey(hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308'))
    const nonce = hex('cafebabefacedbaddecaf888')
    const ad = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2')
    const plaintext = hex(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    )
    const sealed = hex(
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
        '76fc6ece0f4e1768cddf8853bb2d551b',
    )
    expect(await sealAesGcm(key, nonce, plaintext, ad)).toEqual(sealed)
    expect(await openAesGcm(key, nonce, sealed, ad)).toEqual(plaintext)
  })

  it('agrees with an independent implementation', async () => {
    const raw = new Uint8Array(32).fill(7)
    const key = await importAesGcmKey(raw)
    const nonce = new Uint8Array(12).fill(3)
    for (const length of [0, 1, 15, 16, 17, 1000]) {
      const plaintext = new Uint8Array(length).fill(length & 255)
      const ad = new Uint8Array(length % 20)
      expect(await sealAesGcm(key, nonce, plaintext, ad)).toEqual(gcm(raw, nonce, ad).encrypt(plaintext))
    }
  })

  it('does not open with another key, nonce, associated data, or a changed or cut ciphertext', async () => {
    const key = await importAesGcmKey(new Uint8Array(32))
    const nonce = new Uint8Array(12)
    const ad = new Uint8Array(4)
    const sealed = await sealAesGcm(key, nonce, new Uint8Array(40), ad)
    const changed = sealed.slice()
    changed[0] = (changed[0] ?? 0) ^ 1
    expect(await openAesGcm(await importAesGcmKey(new Uint8Array(32).fill(1)), nonce, sealed, ad)).toBeUndefined()
    expect(await openAesGcm(key, new Uint8Array(12).fill(1), sealed, ad)).toBeUndefined()
    expect(await openAesGcm(key, nonce, sealed, new Uint8Array(5))).toBeUndefined()
    expect(await openAesGcm(key, nonce, changed, ad)).toBeUndefined()
    for (const length of [0, 15, 16, 55]) {
      expect(await openAesGcm(key, nonce, sealed.subarray(0, length), ad)).toBeUndefined()
    }
  })

  it('refuses keys and nonces of a wrong length', async () => {
    await expect(importAesGcmKey(new Uint8Array(16))).rejects.toThrow('usage')
    const key = await importAesGcmKey(new Uint8Array(32))
    await expect(sealAesGcm(key, new Uint8Array(16), new Uint8Array(1), new Uint8Array())).rejects.toThrow('usage')
    await expect(openAesGcm(key, new Uint8Array(11), new Uint8Array(20), new Uint8Array())).rejects.toThrow('usage')
  })
})

describe('bulk SHA-256', () => {
  it('agrees with the synchronous one', async () => {
    for (const length of [0, 1, 64, 262_144]) {
      const bytes = new Uint8Array(length).fill(5)
      expect(await bulkSha256(bytes)).toEqual(sha256(bytes))
    }
  })
})
