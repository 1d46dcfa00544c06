// Transformation matrices (ISO/IEC 14496-12, 6.2.2): how a picture is turned, for a track and for the whole film.
//
//   | a b u |   a b c d, and the shift x y, are numbers of 16.16 bits, u v w of 2.30 bits. The picture of a track is turned by
//   | c d v |   its own matrix, then by that of the film. What is sent has one of the two: many players know no other.
//   | x y w |

import { u32s } from './box.ts'

export const matrixBytes = 36

const one = 0x1_0000
const unit = u32s(one, 0, 0, 0, one, 0, 0, 0, 0x4000_0000)

/** Where the film's is not there it turns nothing. */
export function combined(track: Uint8Array, film: Uint8Array): Uint8Array {
  if (film.length < matrixBytes || unit.every((byte, index) => film[index] === byte)) return track
  const [a, b, c, d, x, y] = numbersOf(track)
  const [fa, fb, fc, fd, fx, fy] = numbersOf(film)
  const times = (...pairs: readonly (readonly [number, number])[]) =>
    Math.round(pairs.reduce((sum, [left, right]) => sum + left * right, 0) / one)
  return u32s(
    times([a, fa], [b, fc]),
    times([a, fb], [b, fd]),
    0,
    times([c, fa], [d, fc]),
    times([c, fb], [d, fd]),
    0,
    times([x, fa], [y, fc]) + fx,
    times([x, fb], [y, fd]) + fy,
    0x4000_0000,
  )
}

/** Whether it turns by a quarter, either way. */
export function isQuarterTurn(matrix: Uint8Array): boolean {
  const [a, b] = numbersOf(matrix)
  return Math.abs(b) > Math.abs(a)
}

function numbersOf(matrix: Uint8Array): readonly [number, number, number, number, number, number] {
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength)
  const at = (index: number) => view.getInt32(index * 4)
  return [at(0), at(1), at(3), at(4), at(6), at(7)]
}
