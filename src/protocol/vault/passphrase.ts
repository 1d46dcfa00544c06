// A passphrase as bytes. The same text typed on another keyboard may have other code points (é as one or as two, or
// full-width letters), so it is normalised first. Nothing is cut off or trimmed. Spec: docs/protocol.md §8.

import type { Bytes } from '../bytes.ts'
import { utf8 } from '../bytes.ts'
import { limits } from '../limits.ts'
import type { StretchCost } from './slot-table.ts'

/** RFC 9106's second recommendation: about a second on a slow phone. */
export const passphraseCost: StretchCost = { memoryKib: 64 * 1024, passes: 3, lanes: 1 }

/** Fewer can be tried one after the other, whatever each try costs. */
const minCodePoints = 8

/** NFKC, as UTF-8. Undefined for a text that no passphrase of any vault can be. */
export function encodePassphrase(text: string): Bytes | undefined {
  // Before normalising, which takes time and room: no character becomes fewer bytes than a third of its own.
  if (text.length > 3 * limits.passphraseBytes || !text.isWellFormed()) return undefined
  const bytes = utf8(text.normalize('NFKC'))
  return bytes.length >= 1 && bytes.length <= limits.passphraseBytes ? bytes : undefined
}

/** Whether a vault may be locked with it. */
export function isPassphrase(text: string): boolean {
  return encodePassphrase(text) !== undefined && Array.from(text.normalize('NFKC')).length >= minCodePoints
}
