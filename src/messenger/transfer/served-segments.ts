// Which segments of mine contacts took over direct links, in memory: when one goes, they are the last to be put at a relay,
// because most of them are not needed there.

export interface ServedSegments {
  add(contactId: string, blobId: string, index: number): void
  /** Those that they did not take first; each part in its order. */
  lastToGo(contactId: string, blobId: string, indexes: readonly number[]): readonly number[]
}

/** Blobs that are remembered: more than are under way to all contacts at a time. */
const remembered = 16

export function createServedSegments(): ServedSegments {
  /** By contact and blob, oldest first. */
  const served = new Map<string, Set<number>>()
  return {
    add(contactId, blobId, index) {
      const key = `${contactId}/${blobId}`
      served.set(key, (served.get(key) ?? new Set()).add(index))
      const [oldest] = served.keys()
      if (served.size > remembered && oldest !== undefined) served.delete(oldest)
    },
    lastToGo(contactId, blobId, indexes) {
      const taken = served.get(`${contactId}/${blobId}`) ?? new Set()
      return [...indexes.filter((index) => !taken.has(index)), ...indexes.filter((index) => taken.has(index))]
    },
  }
}
