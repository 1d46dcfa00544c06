import { isLong } from '../../support/long.ts'

/** Steps from 1 that a test of deaths takes: some of them, spread, or all at full length (`npm run test:fault`). */
export function chosen(steps: number): readonly number[] {
  const all = Array.from({ length: steps }, (_, index) => index + 1)
  const most = isLong ? steps : 2
  const offset = Math.random()
  return all.length <= most
    ? all
    : Array.from({ length: most }, (_, index) => all[Math.floor(((index + offset) * steps) / most)] ?? 1)
}
