// A hint on how long a passphrase would stand against somebody who has copied the device's files and tries one after the
// other. It knows no dictionary and takes every run of letters for a word, so it errs on the side of caution; it only
// ever advises.

export type Strength = 'short' | 'weak' | 'fair' | 'strong'

const minCodePoints = 8
/** One of 8,000 words: what people pick from, and what word lists for passphrases have. */
const wordBits = 13
const letterBits = 4.5
const digitBits = 3
const symbolBits = 4
/** Letters beyond those of a usual word: endings, mostly. */
const wordLetters = 8
const endingBits = 1.5
/** At half a second a guess: 4,000 years of one processor core; a million cores need a day and a half. */
const fairBits = 38
/** The million cores need 18 years. */
const strongBits = 50

export function passphraseStrength(text: string): Strength {
  const normal = text.normalize('NFKC')
  if (Array.from(normal).length < minCodePoints) return 'short'
  const runs = new Set(normal.toLowerCase().match(/\p{L}+|\p{N}|[^\p{L}\p{N}\s]/gu))
  let bits = 0
  for (const run of runs) bits += bitsOf(run)
  return bits >= strongBits ? 'strong' : bits >= fairBits ? 'fair' : 'weak'
}

/** What is repeated counts once. */
function bitsOf(run: string): number {
  if (/\p{N}/u.test(run)) return digitBits
  if (!/\p{L}/u.test(run)) return symbolBits
  const letters = Array.from(run).length
  return Math.min(letters * letterBits, wordBits) + Math.max(0, letters - wordLetters) * endingBits
}
