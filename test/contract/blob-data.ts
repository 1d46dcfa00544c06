// Blobs for the tests of blob stores.

export function blobId(number: number): string {
  return number.toString(16).padStart(64, '0')
}

/** Bytes that differ from index to index and from place to place, and never are zero. */
export function segment(index: number, length = 5000): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at++) bytes[at] = 1 + ((at * 31 + (at >> 8) * 17 + index * 101) % 255)
  return bytes
}
