// Random bytes as English words (BIP39) and back. Import it late: the list of words is 13 KB, and few visits need it.

import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import type { Bytes } from '../bytes.ts'
import { limits } from '../limits.ts'

/** 12 words for 16 bytes, 24 words for 32. @throws RangeError for any other length */
export function wordsOfEntropy(entropy: Bytes): readonly string[] {
  if (entropy.length !== 16 && entropy.length !== 32) throw new RangeError('not 16 or 32 bytes')
  return entropyToMnemonic(entropy, wordlist).split(' ')
}

/**
 * Undefined when there are not 12 or 24 words of the list, or when their checksum does not fit: something was mistyped.
 * Case, and what is between the words, do not matter.
 */
export function entropyOfWords(text: string): Bytes | undefined {
  if (text.length > limits.recoveryTextBytes) return undefined
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
  if (words.length !== 12 && words.length !== 24) return undefined
  try {
    return mnemonicToEntropy(words.join(' '), wordlist)
  } catch {
    return undefined
  }
}
