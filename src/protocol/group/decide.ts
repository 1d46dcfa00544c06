// Which departures are in force, where operations are concurrent. A departure undoes what its target did without knowing of
// it, other departures too, and those may be what undoes it: two admins who remove each other at once. What is sure is
// decided first; where all that is left hangs in a circle, what the most senior person did is. Spec: docs/protocol.md §9.

import type { Base, Plan, Run } from './judge.ts'
import { judge, planOf } from './judge.ts'
import { placeAt } from './members.ts'
import type { Segment } from './past.ts'
import { comparePlaces } from './state.ts'

export function decide(base: Base, segment: Segment): Run {
  const plan = planOf(segment)
  if (segment.entries.length === 1 || plan.allDepartures.length === 0) {
    const all = new Set(plan.allDepartures)
    return judge(base, plan, { decided: all, inForce: all })
  }
  const decided = new Set<number>()
  const dropped = new Set<number>()
  for (;;) {
    // With the fewest departures in force, what might count …
    const most = judge(base, plan, { decided, inForce: decided })
    // What was decided together may rule each other out: an admin who gives up the right, and then removes somebody.
    const fallen = [...decided].filter((index) => most.ignored[index] !== undefined)
    for (const index of fallen) {
      decided.delete(index)
      dropped.add(index)
    }
    if (fallen.length > 0) continue
    const isOpen = (index: number): boolean => !decided.has(index) && most.ignored[index] === undefined
    const possible = plan.allDepartures.filter((index) => isOpen(index) && !dropped.has(index))
    if (possible.length === 0) {
      for (const index of dropped) most.ignored[index] ??= 'author-departed'
      return most
    }
    // … and with all of these, what does in any case.
    const fewest = judge(base, plan, { decided, inForce: new Set([...decided, ...possible]) })
    const sure = possible.filter((index) => fewest.ignored[index] === undefined)
    for (const index of sure.length > 0 ? sure : ofMostSenior(plan, most, possible)) decided.add(index)
  }
}

function ofMostSenior({ segment, operations }: Plan, run: Run, departures: readonly number[]): readonly number[] {
  const authorOf = (index: number): string => operations[index]?.authorId ?? ''
  const placed = departures.flatMap((index) => {
    const author = run.persons.get(authorOf(index))
    const place = author && placeAt(author, segment, index)
    return place === undefined ? [] : [{ index, place }]
  })
  const [senior] = placed.toSorted((a, b) => comparePlaces(a.place, b.place))
  // Judged by the same run, they all have one; without one nothing would ever be decided.
  return senior === undefined ? departures : departures.filter((index) => authorOf(index) === authorOf(senior.index))
}
