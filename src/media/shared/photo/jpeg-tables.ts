// Lengths of the segments that decoding needs (ITU T.81, annex B): what is longer than its numbers would hide something behind
// them, and decoders refuse it.

const quantization = 0xdb
const huffman = 0xc4
const scan = 0xda
const lines = 0xdc
const restart = 0xdd
const frames = new Set([0xc0, 0xc1, 0xc2])

/** Whether a payload has the bytes that its own numbers ask for, and no more. True for segments of other kinds. */
export function isExact(marker: number, payload: Uint8Array): boolean {
  const byte = (at: number) => payload[at] ?? 0
  if (frames.has(marker)) return payload.length === 6 + 3 * byte(5)
  switch (marker) {
    case scan:
      return payload.length === 4 + 2 * byte(0)
    case lines:
    case restart:
      return payload.length === 2
    case quantization:
      // The upper half says whether its 64 numbers have one byte or two.
      return isFilled(payload, (at) => 65 + (byte(at) >> 4 === 0 ? 0 : 64))
    case huffman:
      return isFilled(payload, (at) => 17 + payload.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 0))
    default:
      return true
  }
}

/** By one table after another. */
function isFilled(payload: Uint8Array, lengthAt: (at: number) => number): boolean {
  let at = 0
  while (at < payload.length) at += lengthAt(at)
  return at === payload.length
}
