/** At most `count` holders at a time; the others wait in line. */
export function createSlots(count: number): { take(): Promise<void>; give(): void } {
  const line: (() => void)[] = []
  let free = count
  return {
    take() {
      if (free > 0) {
        free -= 1
        return Promise.resolve()
      }
      return new Promise((resolve) => line.push(resolve))
    },
    give() {
      const next = line.shift()
      if (next === undefined) free += 1
      else next()
    },
  }
}
