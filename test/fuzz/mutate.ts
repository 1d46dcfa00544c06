// How inputs are changed: a little, in the ways in which decoders are wrong. The same numbers give the same inputs.

/** Numbers from 0 to just below 2^32; xorshift, for speed and not for secrets. */
export interface Dice {
  /** From 0 up to and without `end`. */
  below(end: number): number
}

export function createDice(seed: number): Dice {
  let state = (seed ^ 0x9e37_79b9) >>> 0 || 1
  return {
    below(end) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return (state >>> 0) % Math.max(1, end)
    },
  }
}

const bytesOfInterest = [0, 1, 0x17, 0x18, 0x1b, 0x3b, 0x40, 0x5b, 0x7b, 0x7f, 0x80, 0x9b, 0xbb, 0xc0, 0xf6, 0xff]
const lengthsOfInterest = [0, 1, 2, 7, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff, 0x1_0000, 0xffff]
/** Longer inputs are only slower. */
const maxBytes = 300_000

/** One to eight changes of an input, which stays as it was. */
export function mutate(input: Uint8Array, others: readonly Uint8Array[], dice: Dice): Uint8Array {
  let bytes: Uint8Array = input.slice()
  for (let count = 1 + dice.below(8) * dice.below(2); count > 0; count--) bytes = changeOnce(bytes, others, dice)
  return bytes.length > maxBytes ? bytes.slice(0, maxBytes) : bytes
}

function changeOnce(bytes: Uint8Array, others: readonly Uint8Array[], dice: Dice): Uint8Array {
  const at = dice.below(bytes.length + 1)
  const change = dice.below(10)
  if (bytes.length === 0 || change === 0) return insert(bytes, at, randomBytes(1 + dice.below(8), dice))
  switch (change) {
    case 1:
      return bytes.with(dice.below(bytes.length), dice.below(256))
    case 2: {
      const index = dice.below(bytes.length)
      return bytes.with(index, (bytes[index] ?? 0) ^ (1 << dice.below(8)))
    }
    case 3:
      return bytes.with(dice.below(bytes.length), bytesOfInterest[dice.below(bytesOfInterest.length)] ?? 0)
    case 4:
      return withNumber(bytes, lengthsOfInterest[dice.below(lengthsOfInterest.length)] ?? 0, dice)
    case 5: {
      const index = dice.below(bytes.length)
      return bytes.with(index, ((bytes[index] ?? 0) + (dice.below(2) === 0 ? 1 : 255)) & 255)
    }
    case 6:
      return bytes.slice(0, at)
    case 7: {
      const end = Math.min(bytes.length, at + 1 + dice.below(16))
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(end)])
    }
    case 8:
      return insert(bytes, at, bytes.subarray(at, at + 1 + dice.below(32)))
    default: {
      const other = others[dice.below(others.length)] ?? bytes
      const from = dice.below(other.length)
      return insert(bytes.slice(0, at), at, other.subarray(from, from + 1 + dice.below(256)))
    }
  }
}

/** A length field of 16, 32 or 64 bits, in either byte order. */
function withNumber(bytes: Uint8Array, value: number, dice: Dice): Uint8Array {
  const size = [2, 4, 8][dice.below(3)] ?? 4
  if (bytes.length < size) return bytes
  const changed = bytes.slice()
  const view = new DataView(changed.buffer)
  const at = dice.below(bytes.length - size + 1)
  const isLittle = dice.below(2) === 0
  if (size === 2) view.setUint16(at, value & 0xffff, isLittle)
  else if (size === 4) view.setUint32(at, value, isLittle)
  else view.setBigUint64(at, BigInt(value) << BigInt(dice.below(32)), isLittle)
  return changed
}

function insert(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  const joined = new Uint8Array(bytes.length + part.length)
  joined.set(bytes.subarray(0, at))
  joined.set(part, at)
  joined.set(bytes.subarray(at), at + part.length)
  return joined
}

function randomBytes(length: number, dice: Dice): Uint8Array {
  return Uint8Array.from({ length }, () => dice.below(256))
}
