// The encrypted header of a ratchet message (docs/protocol.md §4): which epoch, which message, and the KEM values of
// that epoch. Always the same length, and readable only with the epoch's header key: a stranger cannot tell two
// messages of one session from two of different ones.
//
//   header = flags 1 ‖ epoch u64 ‖ n u32 ‖ pn u32 ‖ pk 1216 ‖ ct 1120        sealed = nonce 24 ‖ ciphertext ‖ tag 16

import { type Bytes, type Random, concatBytes } from '../bytes.ts'
import { labels } from '../labels.ts'
import { openXChaCha, sealXChaCha } from '../primitives/xchacha.ts'
import { xwingCiphertextBytes, xwingPublicKeyBytes } from '../primitives/xwing.ts'

const nonceBytes = 24
const publicKeyAt = 1 + 8 + 4 + 4
const ciphertextAt = publicKeyAt + xwingPublicKeyBytes
const headerBytes = ciphertextAt + xwingCiphertextBytes

export interface Header {
  readonly epoch: number
  readonly n: number
  /** How many messages the sender's epoch before this one had. */
  readonly pn: number
  readonly publicKey: Bytes
  /** Random in epoch 0, which no encapsulation begins. */
  readonly ciphertext: Bytes
}

export function sealHeader(header: Header, headerKey: Bytes, transcript: Bytes, random: Random): Bytes {
  const nonce = random(nonceBytes)
  // Flags 0.
  const plain = new Uint8Array(headerBytes)
  const view = new DataView(plain.buffer)
  view.setBigUint64(1, BigInt(header.epoch))
  view.setUint32(9, header.n)
  view.setUint32(13, header.pn)
  plain.set(header.publicKey, publicKeyAt)
  plain.set(header.ciphertext, ciphertextAt)
  return concatBytes(nonce, sealXChaCha(headerKey, nonce, plain, associatedData(transcript)))
}

/** The plain header, for `decodeHeader`; undefined when this is not its key. */
export function openHeader(sealed: Bytes, headerKey: Bytes, transcript: Bytes): Bytes | undefined {
  return openXChaCha(headerKey, sealed.subarray(0, nonceBytes), sealed.subarray(nonceBytes), associatedData(transcript))
}

/** Views of `plain`. Undefined on flags of another version and on numbers that no honest sender reaches. */
export function decodeHeader(plain: Bytes): Header | undefined {
  if (plain.length !== headerBytes || plain[0] !== 0) return undefined
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
  const epoch = view.getBigUint64(1)
  if (epoch > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return {
    epoch: Number(epoch),
    n: view.getUint32(9),
    pn: view.getUint32(13),
    publicKey: plain.subarray(publicKeyAt, ciphertextAt),
    ciphertext: plain.subarray(ciphertextAt),
  }
}

function associatedData(transcript: Bytes): Bytes {
  return concatBytes(labels.header, transcript)
}
