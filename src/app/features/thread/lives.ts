// How long messages may stay after they were seen, as it is offered.

import { formatSpan } from '../../state/format.ts'

const secondMs = 1000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

export const lives: readonly number[] = [0, 30 * secondMs, 300 * secondMs, hourMs, dayMs, 7 * dayMs]

export function lifeText(lifeMs: number): string {
  return lifeMs === 0 ? 'Off' : formatSpan(lifeMs)
}
