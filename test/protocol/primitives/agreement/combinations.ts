// X-Wing out of every combination of halves: the same bytes, whichever implementation computes them. Run in Node and in a
// browser, with what each of them has.

import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../../src/protocol/bytes.ts'
import { baselineMlKem, baselineX25519 } from '../../../../src/protocol/primitives/agreement/baseline.ts'
import { chooseHalves } from '../../../../src/protocol/primitives/agreement/best.ts'
import { nativeMlKem, nativeX25519 } from '../../../../src/protocol/primitives/agreement/native.ts'
import { systemRandom } from '../../../../src/protocol/primitives/system-random.ts'
import { dh, dhKeyOf } from '../../../../src/protocol/primitives/x25519.ts'
import { createKemKey, decapsulate, encapsulate } from '../../../../src/protocol/primitives/xwing.ts'
import { seededRandom } from '../../seeded-random.ts'
import { smallOrder } from '../small-order.ts'

export const best = await chooseHalves(nativeX25519, nativeMlKem)
const combinations = [
  { name: 'both in JavaScript', x25519: baselineX25519, mlKem: baselineMlKem },
  { name: 'native X25519', x25519: best.x25519, mlKem: baselineMlKem },
  { name: 'native ML-KEM', x25519: baselineX25519, mlKem: best.mlKem },
  { name: 'both native', ...best },
]

const none = new Uint8Array(0)
const first = combinations[0]
const reference = await createKemKey(seededRandom('key'), first)
const sent = (await encapsulate(reference.publicKey, seededRandom('coins'), first)) ?? {
  ciphertext: none,
  sharedSecret: none,
}

export function combinationsAgree(): void {
  describe.each(combinations)('X-Wing with $name', (halves) => {
    it('makes the same key of the same seed', async () => {
      expect(await createKemKey(seededRandom('key'), halves)).toEqual(reference)
    })

    it('encapsulates to the same bytes with the same randomness', async () => {
      expect(await encapsulate(reference.publicKey, seededRandom('coins'), halves)).toEqual(sent)
    })

    it.each(combinations)('understands $name, with randomness of the system', async (other) => {
      const fresh = await encapsulate(reference.publicKey, systemRandom, halves)
      expect(fresh?.ciphertext).not.toEqual(sent.ciphertext)
      expect(await decapsulate(reference.secretKey, fresh?.ciphertext ?? none, other)).toEqual(fresh?.sharedSecret)
    })

    it('gives the same other secret for a ciphertext that was changed in either half', async () => {
      for (const at of [0, 700, 1087, 1088, 1118]) {
        const changed = withByte(sent.ciphertext, at, (byte) => byte ^ 1)
        const secret = await decapsulate(reference.secretKey, changed, halves)
        expect(secret).not.toEqual(sent.sharedSecret)
        expect(secret).toEqual(await decapsulate(reference.secretKey, changed, first))
      }
    })

    it('takes an unused top bit in a ciphertext for another ciphertext of the same point', async () => {
      const topBit = withByte(sent.ciphertext, 1119, (byte) => byte | 0x80)
      const secret = await decapsulate(reference.secretKey, topBit, halves)
      expect(secret).not.toEqual(sent.sharedSecret)
      expect(secret).toEqual(await decapsulate(reference.secretKey, topBit, first))
    })

    it('gives nothing for a ciphertext with a point of small order, in any encoding', async () => {
      for (const point of smallOrder) {
        const ciphertext = sent.ciphertext.slice()
        ciphertext.set(point, 1088)
        expect(await decapsulate(reference.secretKey, ciphertext, halves)).toBeUndefined()
      }
    })

    it('encapsulates to no key with an unreduced coefficient or a point of small order', async () => {
      for (const random of [seededRandom('coins'), systemRandom]) {
        expect(await encapsulate(reference.publicKey.slice().fill(0xff, 0, 3), random, halves)).toBeUndefined()
        expect(await encapsulate(reference.publicKey.slice().fill(0, 1184), random, halves)).toBeUndefined()
      }
    })

    it('agrees on the same secret, and on none with a point of small order or a second encoding', async () => {
      const ana = dhKeyOf(seededRandom('ana')(32))
      const bo = dhKeyOf(seededRandom('bo')(32))
      expect(await dh(ana.secretKey, bo.publicKey, halves)).toEqual(await dh(bo.secretKey, ana.publicKey, first))
      const topBit = withByte(bo.publicKey, 31, (byte) => byte | 0x80)
      for (const refused of [...smallOrder, topBit]) expect(await dh(ana.secretKey, refused, halves)).toBeUndefined()
      // Also below the door that looks at the encoding.
      for (const refused of smallOrder) await expect(halves.x25519.agree(ana.secretKey, refused)).rejects.toThrow(Error)
    })
  })
}

function withByte(bytes: Bytes, at: number, change: (byte: number) => number): Bytes {
  const changed = bytes.slice()
  changed[at] = change(changed[at] ?? 0)
  return changed
}
