// Which segments are asked for next, and which not yet. Pure: what is here and under way stands in the situation.
//
//   waited for     at once, whatever is under way: a seek overtakes what was only read ahead; and nothing is put beside it
//   right behind   what a player reads next, as far as there is room, once what it jumped to is here
//   all the rest   from the first on, as far as there is room, and not while what somebody waits for is under way

export interface Situation {
  readonly segmentCount: number
  /** Neither here nor under way, and to be had. */
  readonly isOpen: (index: number) => boolean
  /** How many are under way. */
  readonly underWay: number
  /** How many may be: about a quarter of a second of what the line gives. */
  readonly window: number
}

/** Behind one that is or was waited for: three. Players read ahead by themselves; this only spares them the round trips. */
const readAhead = 4

/** For those who wait, the newest wish first: what was not read ahead for them. */
export function nextAwaited({ isOpen }: Situation, awaited: readonly number[]): readonly number[] {
  return awaited.filter(isOpen)
}

/** What those will read next who wait for these or had them last. Not while what they jumped to is under way: it would share the line. */
export function nextBehind(
  { segmentCount, isOpen, underWay, window }: Situation,
  of: readonly number[],
): readonly number[] {
  const behind = new Set<number>()
  for (const index of of)
    for (let next = index + 1; next < Math.min(segmentCount, index + readAhead); next += 1)
      if (isOpen(next)) behind.add(next)
  return [...behind].slice(0, Math.max(0, window - underWay))
}

/**
 * For who wants all of it, one at a time. `from`: all before it are here.
 * @param isHeld what somebody waits for is under way, of this medium or another: nothing is put behind it
 */
export function nextForAll(situation: Situation, from: number, isHeld: boolean): number | undefined {
  const { segmentCount, isOpen, underWay, window } = situation
  if (isHeld || underWay >= window) return undefined
  for (let index = from; index < segmentCount; index += 1) if (isOpen(index)) return index
  return undefined
}
