// Texts as they are compared: without case, accents and the difference between letters that only look composed.

export function normalizeText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The words of a query; none when there is nothing to look for. */
export function wordsOf(query: string): readonly string[] {
  return normalizeText(query)
    .split(/\s+/u)
    .filter((word) => word !== '')
}
