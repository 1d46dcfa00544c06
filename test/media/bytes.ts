// Small builders for files in tests; they run in Node and in browsers.

export function join(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const bytes = parts.map((part) => (typeof part === 'string' ? latin1(part) : part))
  const joined = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of bytes) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}

export function be(width: 1 | 2 | 4 | 8, ...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(width * values.length)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) {
    if (width === 8) view.setBigUint64(index * 8, BigInt(value))
    else if (width === 4) view.setUint32(index * 4, value)
    else if (width === 2) view.setUint16(index * 2, value)
    else view.setUint8(index, value)
  }
  return bytes
}

export function le32(value: number): Uint8Array {
  return be(4, value).reverse()
}

/** Where a text stands in the bytes; -1 when it does not. */
export function indexOfText(bytes: Uint8Array, text: string): number {
  return new TextDecoder('latin1').decode(bytes).indexOf(text)
}
