// Small things that the browser keeps beside the profile. Where site data is blocked, even asking for the storage throws:
// then nothing is kept, and the page goes on without.

export interface Kept {
  get(key: string): string | undefined
  /** Undefined removes it. */
  set(key: string, value: string | undefined): void
}

export function keptIn(storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): Kept {
  return {
    get(key) {
      try {
        return storage().getItem(key) ?? undefined
      } catch {
        return undefined
      }
    },
    set(key, value) {
      try {
        if (value === undefined) storage().removeItem(key)
        else storage().setItem(key, value)
      } catch {
        // What is not kept is asked or found again.
      }
    },
  }
}
