// How much a sweep deletes before it lets waiting puts through: rows, and the bytes in them, since large values are chains
// of pages that all have to be looked at.

export interface Portion {
  /** What is left. */
  readonly rows: number
  /** Whether nothing more may be deleted, so that there may be more to do. */
  readonly isUsedUp: boolean
  /** False: no more; but the first is always taken, so that each sweep gets on. */
  take(bytes: number, rows?: number): boolean
}

export function createPortion(limit: { readonly rows: number; readonly bytes: number }): Portion {
  let { rows, bytes } = limit
  let isUsedUp = false
  let isFresh = true
  return {
    get rows() {
      return Math.max(0, rows)
    },
    get isUsedUp() {
      return isUsedUp
    },
    take(size, count = 1) {
      if (!isFresh && (count > rows || size > bytes)) isUsedUp = true
      if (isUsedUp) return false
      isFresh = false
      rows -= count
      bytes -= size
      if (rows <= 0 || bytes <= 0) isUsedUp = true
      return true
    },
  }
}
