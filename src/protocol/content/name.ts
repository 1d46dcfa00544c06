// Names that people give themselves: one short line, shown next to other people's names. Characters that are invisible,
// that reorder text or that break the line are taken out, so that no name can pass for another or for a part of the page.
// The ranges are written out because tables of Unicode properties differ between engines. Spec: docs/protocol.md §6.

import { limits } from '../limits.ts'

const forbidden: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f], // controls
  [0x7f, 0x9f],
  [0xad, 0xad], // soft hyphen
  [0x34f, 0x34f], // grapheme joiner, shows nothing
  [0x61c, 0x61c], // bidirectional mark
  [0x115f, 0x1160], // fillers
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200b], // zero-width space; the joiners after it stay: scripts and emoji need them
  [0x200e, 0x200f], // bidirectional marks
  [0x2028, 0x202e], // line breaks, embeddings and overrides
  [0x2060, 0x206f], // isolates and invisible operators
  [0x3164, 0x3164],
  [0xd800, 0xf8ff], // lone surrogates, private use
  [0xfeff, 0xfeff], // byte order mark
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb], // interlinear annotation
  [0xfffe, 0xffff],
  [0xe0000, 0x10ffff], // tags, private use
]
const onlyJoiners = /^[\u{200c}\u{200d}\s]*$/u
const lineBreaks = /[\t\n\v\f\r\u{85}\u{2028}\u{2029}]/gu

/**
 * The nearest name that `isName` takes, in one line and in Unicode's composed form; empty when nothing visible is left.
 */
export function sanitizeName(text: string): string {
  const visible = Array.from(text.replace(lineBreaks, ' ')).filter((char) => !isForbidden(char))
  const clean = visible.join('').normalize('NFC').replace(/\s+/gu, ' ').trim()
  const name = Array.from(clean).slice(0, limits.nameCodePoints).join('').trim()
  return isName(name) ? name : ''
}

/** Whether a name from elsewhere can be shown as it is: 1 to 64 code points, none of them forbidden, no space around. */
export function isName(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= 2 * limits.nameCodePoints &&
    text.trim() === text &&
    hasAtMost(text, limits.nameCodePoints) &&
    !Array.from(text).some(isForbidden) &&
    !isOnlyJoiners(text)
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

/** Whether nothing of the text can be seen. */
export function isOnlyJoiners(text: string): boolean {
  return onlyJoiners.test(text)
}

/** Whether a character is invisible, reorders text or breaks the line. */
export function isForbidden(char: string): boolean {
  const code = char.codePointAt(0) ?? 0
  return forbidden.some(([first, last]) => first <= code && code <= last)
}
