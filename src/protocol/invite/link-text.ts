// What every link with a secret behind its `#` looks like: `<origin>/<prefix><base64url(version ‖ CBOR ‖ checksum)>`.

import type { Bytes } from '../bytes.ts'
import { concatBytes, equalBytes, fromBase64Url, toBase64Url } from '../bytes.ts'
import { sha256 } from '../primitives/hash.ts'

export interface LinkKind {
  /** With its `#`. */
  readonly prefix: string
  readonly version: number
  readonly checksumLabel: Bytes
  readonly maxTextLength: number
}

/** Finds damage by people and programs; the security of a link rests on its secret alone. */
export const linkChecksumBytes = 4

export function encodeLinkText(origin: string, kind: LinkKind, cbor: Bytes): string {
  const content = concatBytes(Uint8Array.of(kind.version), cbor)
  return `${origin}/${kind.prefix}${toBase64Url(concatBytes(content, checksum(kind, content)))}`
}

/** Takes a whole address or only what follows the prefix, with white space around or (from line breaks) within it. */
export function decodeLinkText(text: string, kind: LinkKind): Bytes | 'broken' | 'version' {
  if (text.length > kind.maxTextLength) return 'broken'
  const compact = text.replace(/\s+/gu, '')
  const prefixAt = compact.indexOf(kind.prefix)
  const bytes = fromBase64Url(prefixAt < 0 ? compact : compact.slice(prefixAt + kind.prefix.length))
  if (bytes === undefined || bytes.length <= 1 + linkChecksumBytes) return 'broken'
  const content = bytes.subarray(0, -linkChecksumBytes)
  if (!equalBytes(checksum(kind, content), bytes.subarray(-linkChecksumBytes))) return 'broken'
  return content[0] === kind.version ? content.subarray(1) : 'version'
}

function checksum({ checksumLabel }: LinkKind, content: Bytes): Bytes {
  return sha256(checksumLabel, content).subarray(0, linkChecksumBytes)
}
