// Encodings of points of small order on Curve25519 and its twist: nobody's key, and no secret comes of them.

import { fromHex } from '../../../src/protocol/bytes.ts'

/** Of order 1 to 8: canonical, then not reduced (p, p + 1). */
const points = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

/** Each of them, and each with the unused top bit set. */
export const smallOrder: readonly Uint8Array[] = points.flatMap((hex) => {
  const point = fromHex(hex) ?? new Uint8Array()
  return [point, point.with(31, (point[31] ?? 0) | 0x80)]
})
