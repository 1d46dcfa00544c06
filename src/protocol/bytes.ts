// Bytes and the few conversions everything else needs: joining, comparing, big-endian integers, hex, base64url, UTF-8.
// Texts that decode are canonical: encoding the result gives the same text again. Spec: docs/protocol.md, "Notation".

export type Bytes = Uint8Array

/** Fresh cryptographically secure bytes of the given length, owned by the caller. */
export type Random = (length: number) => Uint8Array

// Both exist in every browser and in Node, but in no library of the bare language.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }

const encoder = new TextEncoder()
// A byte order mark is a character like any other: dropped, it would not come back when encoding.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const base64UrlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const base64UrlValues = new Map(Array.from(base64UrlAlphabet, (char, value) => [char, value]))

export function concatBytes(...parts: readonly Bytes[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Takes a time that depends on the lengths only. */
export function equalBytes(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0)
  return difference === 0
}

/** Four bytes, big-endian. @throws RangeError for anything but an integer in range */
export function u32(value: number): Bytes {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw new RangeError('not an unsigned 32-bit integer')
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** Eight bytes, big-endian. @throws RangeError for anything but a safe integer of at least 0 */
export function u64(value: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('not a safe unsigned integer')
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

/** `u32 length ‖ bytes`: how a field of variable length enters a hash or associated data. */
export function withLength(bytes: Bytes): Bytes {
  return concatBytes(u32(bytes.length), bytes)
}

export function toHex(bytes: Bytes): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/** Lower case only. */
export function fromHex(text: string): Bytes | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16)
  return bytes
}

/** Without padding. */
export function toBase64Url(bytes: Bytes): string {
  let text = ''
  let pending = 0
  let pendingBits = 0
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xffff
    pendingBits += 8
    while (pendingBits >= 6) {
      pendingBits -= 6
      text += base64UrlAlphabet.charAt((pending >> pendingBits) & 63)
    }
  }
  return pendingBits === 0 ? text : text + base64UrlAlphabet.charAt((pending << (6 - pendingBits)) & 63)
}

/** Without padding, and with the unused bits of the last character zero. */
export function fromBase64Url(text: string): Bytes | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let offset = 0
  let pending = 0
  let pendingBits = 0
  for (const char of text) {
    const value = base64UrlValues.get(char)
    if (value === undefined) return undefined
    pending = ((pending << 6) | value) & 0xffff
    pendingBits += 6
    if (pendingBits >= 8) {
      pendingBits -= 8
      bytes[offset++] = (pending >> pendingBits) & 0xff
    }
  }
  return (pending & ((1 << pendingBits) - 1)) === 0 ? bytes : undefined
}

/** Lone surrogates become U+FFFD. */
export function utf8(text: string): Bytes {
  return encoder.encode(text)
}

/** Undefined unless every byte is part of well-formed UTF-8. */
export function fromUtf8(bytes: Bytes): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
