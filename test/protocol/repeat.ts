/** The same item, this many times. */
export function repeat<T>(count: number, item: T): T[] {
  return Array.from({ length: count }, () => item)
}
