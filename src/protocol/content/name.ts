// Names that people give themselves: one short line, shown next to other people's names. Characters that are invisible,
// that reorder text or that break the line are taken out, so that no name can pass for another or for a part of the page.
// The ranges are written out because tables of Unicode properties differ between engines. Spec: docs/protocol.md §6.

import { limits } from '../limits.ts'

// Controls; soft hyphen; fillers and format characters that show nothing; bidirectional marks, embeddings, overrides and
// isolates; line and paragraph separators; byte order mark; interlinear and tag characters; private use; noncharacters.
// Joiners (U+200C, U+200D) stay: scripts and emoji need them.
const forbidden =
  /[\u{0}-\u{1f}\u{7f}-\u{9f}\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}-\u{180f}\u{200b}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{3164}\u{d800}-\u{f8ff}\u{feff}\u{ffa0}\u{fff0}-\u{fffb}\u{fffe}\u{ffff}\u{e0000}-\u{10ffff}]/u
const everyForbidden = new RegExp(forbidden.source, 'gu')
const onlyJoiners = /^[\u{200c}\u{200d}\s]*$/u
const lineBreaks = /[\t\n\v\f\r\u{85}\u{2028}\u{2029}]/gu

/**
 * The nearest name that `isName` takes, in one line and in Unicode's composed form; empty when nothing visible is left.
 */
export function sanitizeName(text: string): string {
  const clean = text.replace(lineBreaks, ' ').replace(everyForbidden, '').normalize('NFC').replace(/\s+/gu, ' ').trim()
  const name = [...clean].slice(0, limits.nameCodePoints).join('').trim()
  return isName(name) ? name : ''
}

/** Whether a name from elsewhere can be shown as it is: 1 to 64 code points, none of them forbidden, no space around. */
export function isName(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= 2 * limits.nameCodePoints &&
    text.trim() === text &&
    !forbidden.test(text) &&
    hasAtMost(text, limits.nameCodePoints) &&
    !onlyJoiners.test(text)
  )
}

/** Whether the text is well-formed and has at most `max` code points. */
export function hasAtMost(text: string, max: number): boolean {
  // Each code point is one or two units: most texts are decided without being taken apart.
  if (text.length > 2 * max || !text.isWellFormed()) return false
  if (text.length <= max) return true
  let count = 0
  for (const _ of text) count++
  return count <= max
}
