// Where the words of a search are in a text, found as the library finds them: without case and accents.

export interface Part {
  readonly text: string
  readonly isFound: boolean
}

/** Kept before the first word that was found. */
const aheadLength = 32

/** The words of a query; none when there is nothing to look for. */
export function wordsOf(query: string): readonly string[] {
  return fold(query)
    .text.split(/\s+/u)
    .filter((word) => word !== '')
}

/** The text in parts, the words in parts of their own. */
export function markWords(text: string, words: readonly string[]): readonly Part[] {
  const parts: Part[] = []
  let end = 0
  for (const [from, to] of placesOf(text, words)) {
    if (from > end) parts.push({ text: text.slice(end, from), isFound: false })
    parts.push({ text: text.slice(from, to), isFound: true })
    end = to
  }
  if (end < text.length) parts.push({ text: text.slice(end), isFound: false })
  return parts
}

/** What is shown of a long text: from a little before the first word that was found. */
export function excerpt(text: string, words: readonly string[]): string {
  const [first] = placesOf(text, words)
  if (first === undefined || first[0] <= aheadLength) return text
  // At the beginning of a word, so that nothing is cut in half.
  const space = text.indexOf(' ', first[0] - aheadLength)
  return space === -1 || space >= first[0] ? text.slice(first[0]) : `…${text.slice(space)}`
}

/** Every place of every word, in order; where they overlap or touch, as one. */
function placesOf(text: string, words: readonly string[]): readonly (readonly [from: number, to: number])[] {
  const folded = fold(text)
  const places: (readonly [number, number])[] = []
  for (const word of words) {
    let at = word === '' ? -1 : folded.text.indexOf(word)
    while (at !== -1) {
      places.push([folded.from[at] ?? 0, folded.from[at + word.length] ?? text.length])
      at = folded.text.indexOf(word, at + 1)
    }
  }
  const joined: [number, number][] = []
  for (const [from, to] of places.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else joined.push([from, to])
  }
  return joined
}

/** The text as it is compared, and where each unit of it comes from. */
function fold(text: string): { readonly text: string; readonly from: readonly number[] } {
  let folded = ''
  const from: number[] = []
  let at = 0
  for (const letter of text) {
    const plain = letter.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
    for (let unit = 0; unit < plain.length; unit += 1) from.push(at)
    folded += plain
    at += letter.length
  }
  from.push(text.length)
  return { text: folded, from }
}
