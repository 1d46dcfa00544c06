// What can be searched, in memory: one normalized text for each message. A look at all of it is a walk over strings, which
// is faster than keeping lists of words, and has nothing to get out of step.

export interface Entry {
  /** Of its row. */
  readonly key: string
  readonly at: number
  readonly text: string
}

export interface Wanted {
  readonly prefix: string
  readonly limit: number
  readonly isShown: (key: string) => boolean
}

export class TextIndex {
  readonly #entries = new Map<string, Entry>()

  get size(): number {
    return this.#entries.size
  }

  /** In place of what was known of it; an empty text takes it out. */
  set(entry: Entry): void {
    if (entry.text === '') this.#entries.delete(entry.key)
    else this.#entries.set(entry.key, entry)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  /** Keys of those that have every word and are shown, the newest first, and one more than asked for where there is one. */
  find(words: readonly string[], { prefix, limit, isShown }: Wanted): string[] {
    /** In order, the oldest first. */
    const newest: Entry[] = []
    // From what was read last, which mostly is the newest: then most of the others need not be looked into.
    for (const entry of [...this.#entries.values()].reverse()) {
      const oldest = newest.length > limit ? newest[0] : undefined
      if (oldest !== undefined && entry.at <= oldest.at) continue
      if (!entry.key.startsWith(prefix) || !words.every((word) => entry.text.includes(word))) continue
      if (!isShown(entry.key)) continue
      const later = newest.findIndex(({ at }) => at > entry.at)
      newest.splice(later === -1 ? newest.length : later, 0, entry)
      if (newest.length > limit + 1) newest.shift()
    }
    return newest.map(({ key }) => key).toReversed()
  }
}
