// Wycheproof's vectors of AEADs, key derivation, MACs and Ed25519.

import { expect, it } from 'vitest'
import { type Bytes, concatBytes, equalBytes } from '../../../../src/protocol/bytes.ts'
import { importAesGcmKey, openAesGcm, sealAesGcm } from '../../../../src/protocol/primitives/aes-gcm.ts'
import { openChaCha, sealChaCha } from '../../../../src/protocol/primitives/chacha.ts'
import { verify } from '../../../../src/protocol/primitives/ed25519.ts'
import { hmacSha256, hmacSha256Pair } from '../../../../src/protocol/primitives/hash.ts'
import { deriveKey } from '../../../../src/protocol/primitives/hkdf.ts'
import { hmacSha384 } from '../../../../src/protocol/primitives/hmac-sha384.ts'
import { openXChaCha, sealXChaCha } from '../../../../src/protocol/primitives/xchacha.ts'
import { count, holds, refuses } from './count.ts'
import { load, testsOf } from './load.ts'

type Seal = (key: Bytes, nonce: Bytes, plaintext: Bytes, ad: Bytes) => Bytes | Promise<Bytes>
type Open = (key: Bytes, nonce: Bytes, sealed: Bytes, ad: Bytes) => Bytes | undefined | Promise<Bytes | undefined>

export function symmetricVectors(): void {
  it('ChaCha20-Poly1305', async () => {
    expect(await aead('wycheproof-chacha20_poly1305.json', sealChaCha, openChaCha, 12)).toEqual({
      holds: 316,
      'another length of the nonce': 9,
    })
  })

  it('XChaCha20-Poly1305', async () => {
    expect(await aead('wycheproof-xchacha20_poly1305.json', sealXChaCha, openXChaCha, 24)).toEqual({
      holds: 306,
      'another length of the nonce': 9,
    })
  })

  it('AES-256-GCM', async () => {
    const seal: Seal = async (key, ...rest) => sealAesGcm(await importAesGcmKey(key), ...rest)
    const open: Open = async (key, ...rest) => openAesGcm(await importAesGcmKey(key), ...rest)
    expect(await aead('wycheproof-aes_gcm.json', seal, open, 12)).toEqual({
      holds: 66,
      'another length of the key': 211,
      'another length of the nonce': 39,
    })
  })

  it('HKDF-SHA-256', async () => {
    const counts = await count(testsOf(load('wycheproof-hkdf_sha256.json')), (test) => {
      const derive = () =>
        deriveKey({
          ikm: test.bytes('ikm'),
          salt: test.bytes('salt'),
          info: test.bytes('info'),
          length: test.number('size'),
        })
      if (test.has('result', 'invalid')) return refuses(derive, 'more than 255 blocks')
      expect(derive()).toEqual(test.bytes('okm'))
      return holds
    })
    expect(counts).toEqual({ holds: 83, 'more than 255 blocks': 3 })
  })

  it('HMAC-SHA-256, also with truncated tags', async () => {
    const inPair = (key: Bytes, message: Bytes) => hmacSha256Pair(key, Uint8Array.of(1), message)[1]
    const atFirst = (key: Bytes, message: Bytes) => hmacSha256Pair(key, message, Uint8Array.of(1))[0]
    for (const mac of [hmacSha256, inPair, atFirst])
      expect(await macs('wycheproof-hmac_sha256.json', mac)).toEqual({ holds: 174 })
  })

  it('HMAC-SHA-384, also with truncated tags', async () => {
    expect(await macs('wycheproof-hmac_sha384.json', hmacSha384)).toEqual({ holds: 174 })
  })

  it('Ed25519', async () => {
    const counts = await count(testsOf(load('wycheproof-ed25519.json')), (test) => {
      const signature = test.bytes('sig')
      const check = () => verify(test.group.part('publicKey').bytes('pk'), test.bytes('msg'), signature)
      if (signature.length !== 64) return refuses(check, 'another length of the signature')
      expect(check()).toBe(test.has('result', 'valid'))
      return holds
    })
    expect(counts).toEqual({ holds: 139, 'another length of the signature': 12 })
  })
}

function aead(file: string, seal: Seal, open: Open, nonceBytes: number) {
  return count(testsOf(load(file)), async (test) => {
    const [key, nonce, ad] = [test.bytes('key'), test.bytes('iv'), test.bytes('aad')]
    const plaintext = test.bytes('msg')
    const sealed = concatBytes(test.bytes('ct'), test.bytes('tag'))
    const calls = [() => seal(key, nonce, plaintext, ad), () => open(key, nonce, sealed, ad)] as const
    if (key.length !== 32) for (const call of calls) await refuses(call, '')
    if (key.length !== 32) return 'another length of the key'
    if (nonce.length !== nonceBytes) for (const call of calls) await refuses(call, '')
    if (nonce.length !== nonceBytes) return 'another length of the nonce'
    const isValid = test.has('result', 'valid')
    expect(await calls[1]()).toEqual(isValid ? plaintext : undefined)
    expect(equalBytes(await calls[0](), sealed)).toBe(isValid)
    return holds
  })
}

function macs(file: string, mac: (key: Bytes, message: Bytes) => Bytes) {
  return count(testsOf(load(file)), (test) => {
    const tag = test.bytes('tag')
    const computed = mac(test.bytes('key'), test.bytes('msg')).slice(0, test.group.number('tagSize') / 8)
    expect(equalBytes(computed, tag)).toBe(test.has('result', 'valid'))
    return holds
  })
}
