// Places for work that would otherwise all run at once: so many in all, and so many for one key.

export interface Slots {
  /** Resolves when there is a place. */
  take(key: string): Promise<void>
  give(key: string): void
}

export function createSlots(total: number, perKey: number): Slots {
  const line: { readonly key: string; readonly enter: () => void }[] = []
  const held = new Map<string, number>()
  let free = total

  function admit(): void {
    for (;;) {
      const at = free === 0 ? -1 : line.findIndex(({ key }) => (held.get(key) ?? 0) < perKey)
      const [next] = at < 0 ? [] : line.splice(at, 1)
      if (next === undefined) return
      free -= 1
      held.set(next.key, (held.get(next.key) ?? 0) + 1)
      next.enter()
    }
  }

  return {
    take: (key) =>
      new Promise((enter) => {
        line.push({ key, enter: () => enter() })
        admit()
      }),
    give(key) {
      free += 1
      const left = (held.get(key) ?? 1) - 1
      if (left > 0) held.set(key, left)
      else held.delete(key)
      admit()
    },
  }
}
