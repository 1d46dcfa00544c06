// Which segments of a blob are stored: bit i, least significant first, of byte i / 8.

export function hasBit(bitmap: Uint8Array, index: number): boolean {
  return (((bitmap[index >> 3] ?? 0) >> (index & 7)) & 1) === 1
}

export function withBit(bitmap: Uint8Array, index: number): Uint8Array {
  const changed = Uint8Array.from(bitmap)
  changed[index >> 3] = (changed[index >> 3] ?? 0) | (1 << (index & 7))
  return changed
}

export function withoutBit(bitmap: Uint8Array, index: number): Uint8Array {
  const changed = Uint8Array.from(bitmap)
  changed[index >> 3] = (changed[index >> 3] ?? 0) & ~(1 << (index & 7))
  return changed
}
