// FLOE (§7; C2SP FLOE.md, eprint 2025/2275): random-access authenticated encryption in segments, with AES-256-GCM and
// HKDF-Expand-SHA-384. Committing to the key, and a shortened ciphertext does not open, provided that the caller knows
// which segment is the last one: here it always comes from the manifest, never from the sender of the bytes.
//
//   header  = parameters 10 ‖ iv 32 ‖ tag 32
//   segment = (FFFFFFFF, or u32 length of the last segment) ‖ nonce 12 ‖ ciphertext ‖ tag 16
//
// The caller keeps the two rules that random access leaves to it: each position is sealed once, and one is final.

import type { Bytes, Random } from '../bytes.ts'
import { concatBytes, equalBytes, u32, u64, utf8 } from '../bytes.ts'
import type { AesGcmKey } from '../primitives/aes-gcm.ts'
import {
  aesGcmKeyBytes,
  aesGcmNonceBytes,
  aesGcmTagBytes,
  importAesGcmKey,
  openAesGcm,
  sealAesGcm,
} from '../primitives/aes-gcm.ts'
import { CryptoError, requireLength } from '../primitives/error.ts'
import { giveBack } from '../primitives/give-back.ts'
import { hmacSha384 } from '../primitives/hmac-sha384.ts'

const aeadAesGcm256 = 0
const kdfExpandSha384 = 0
const ivBytes = 32
const headerTagBytes = 32
const parametersBytes = 10
const lengthBytes = 4
const notFinal = 0xffffffff
const bodyOffset = lengthBytes + aesGcmNonceBytes

export const floeHeaderBytes = parametersBytes + ivBytes + headerTagBytes
/** What a segment adds to its plaintext. */
export const floeOverheadBytes = bodyOffset + aesGcmTagBytes

export interface FloeParameters {
  /** Length of every sealed segment but the last. */
  readonly segmentBytes: number
  /** 2^rotationBits segments share one AEAD key. FLOE fixes 20; only known-answer tests use another. */
  readonly rotationBits: number
}

/** One ciphertext. Holds the message key and the AEAD key in use, so it must not outlive the work. */
export interface FloeState {
  readonly parameters: FloeParameters
  readonly messageKey: Bytes
  readonly info: { readonly head: Bytes; readonly aad: Bytes }
  /** The last AEAD key, by the first position it serves: imported once per rotation. */
  aead: { readonly from: number; readonly key: Promise<AesGcmKey> } | undefined
}

/** A new ciphertext under a fresh iv. @throws CryptoError `usage` unless the key has 32 bytes */
export function startSealing(
  key: Bytes,
  aad: Bytes,
  random: Random,
  parameters: FloeParameters,
): { readonly state: FloeState; readonly header: Bytes } {
  const head = concatBytes(encodeParameters(parameters), random(ivBytes))
  const header = concatBytes(head, headerTag(key, head, aad))
  return { state: createState(key, head, aad, parameters), header }
}

/** Undefined when the header was made with other parameters, another key or another AAD. @throws CryptoError `usage` */
export function startOpening(key: Bytes, aad: Bytes, header: Bytes, parameters: FloeParameters): FloeState | undefined {
  if (header.length !== floeHeaderBytes) return undefined
  const head = header.slice(0, parametersBytes + ivBytes)
  if (!equalBytes(head.subarray(0, parametersBytes), encodeParameters(parameters))) return undefined
  if (!equalBytes(header.subarray(head.length), headerTag(key, head, aad))) return undefined
  return createState(key, head, aad, parameters)
}

/** Seals one segment with a nonce of 12 fresh random bytes. @throws CryptoError `usage` on a length that is not allowed there */
export async function sealSegment(
  state: FloeState,
  plaintext: Bytes,
  position: number,
  final: boolean,
  nonce: Bytes,
): Promise<Bytes> {
  const room = state.parameters.segmentBytes - floeOverheadBytes
  if (final ? plaintext.length > room : plaintext.length !== room) throw new CryptoError('usage')
  const key = await aeadKey(state, position)
  const sealed = await sealAesGcm(key, nonce, plaintext, segmentAd(position, final))
  const segment = new Uint8Array(bodyOffset + sealed.length)
  segment.set(u32(final ? segment.length : notFinal))
  segment.set(nonce, lengthBytes)
  segment.set(sealed, bodyOffset)
  giveBack(sealed)
  return segment
}

/** Undefined when the segment is not the one sealed at this position of this ciphertext. */
export async function openSegment(
  state: FloeState,
  segment: Bytes,
  position: number,
  final: boolean,
): Promise<Bytes | undefined> {
  const { segmentBytes } = state.parameters
  if (segment.length < floeOverheadBytes || segment.length > segmentBytes) return undefined
  if (!final && segment.length !== segmentBytes) return undefined
  if (!equalBytes(segment.subarray(0, lengthBytes), u32(final ? segment.length : notFinal))) return undefined
  const nonce = segment.subarray(lengthBytes, bodyOffset)
  const key = await aeadKey(state, position)
  return await openAesGcm(key, nonce, segment.subarray(bodyOffset), segmentAd(position, final))
}

function createState(key: Bytes, head: Bytes, aad: Bytes, parameters: FloeParameters): FloeState {
  const messageKey = hmacSha384(key, head, utf8('MESSAGE_KEY:'), aad, expandOnce)
  return { parameters, messageKey, info: { head, aad }, aead: undefined }
}

// HKDF-Expand of up to 48 bytes with SHA-384: its first block, cut to length.
const expandOnce = Uint8Array.of(1)

function headerTag(key: Bytes, head: Bytes, aad: Bytes): Bytes {
  requireLength(key, aesGcmKeyBytes)
  return hmacSha384(key, head, utf8('HEADER_TAG:'), aad, expandOnce).subarray(0, headerTagBytes)
}

function aeadKey(state: FloeState, position: number): Promise<AesGcmKey> {
  const from = position - (position % 2 ** state.parameters.rotationBits)
  if (state.aead?.from !== from) {
    const { head, aad } = state.info
    const derived = hmacSha384(state.messageKey, head, utf8('DEK:'), u64(from), aad, expandOnce)
    state.aead = { from, key: importAesGcmKey(derived.subarray(0, aesGcmKeyBytes)) }
  }
  return state.aead.key
}

function segmentAd(position: number, final: boolean): Bytes {
  return concatBytes(u64(position), Uint8Array.of(final ? 1 : 0))
}

function encodeParameters(parameters: FloeParameters): Bytes {
  return concatBytes(Uint8Array.of(aeadAesGcm256, kdfExpandSha384), u32(parameters.segmentBytes), u32(ivBytes))
}
