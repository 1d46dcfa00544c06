// One bit per segment, most significant first.

export function hasBit(bitmap: Uint8Array | undefined, index: number): boolean {
  return (((bitmap?.[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1
}

export function countBits(bitmap: Uint8Array | undefined, length: number): number {
  let count = 0
  for (let index = 0; index < length; index++) if (hasBit(bitmap, index)) count++
  return count
}

export function missingBits(bitmap: Uint8Array | undefined, length: number): number[] {
  return Array.from({ length }, (_, index) => index).filter((index) => !hasBit(bitmap, index))
}
