// How a figure is made from interleaved pairs, and how it is printed.

export interface Report {
  readonly bench: string
  /** Ours against the reference; what it means is the bench's. */
  readonly ratio: number
  readonly aim: number
  readonly pairs: number
  readonly spread: readonly [min: number, max: number]
  readonly details: Readonly<Record<string, number | string>>
}

export interface BenchOptions {
  /** Fewer and smaller: to see that the bench works, not to compare figures. */
  readonly isShort: boolean
  /** As large as it gets, where that takes minutes. */
  readonly isFull: boolean
  /** For benches that run as long as one likes. */
  readonly minutes?: number
}

export type Bench = (options: BenchOptions) => Promise<Report>

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2
}

export function spreadOf(values: readonly number[]): readonly [min: number, max: number] {
  return [Math.min(...values), Math.max(...values)]
}

export function printTable({ bench, ratio, aim, pairs, spread, details }: Report): void {
  const rows: readonly (readonly [string, string])[] = [
    ['ratio', `${round(ratio)} (${round(spread[0])} to ${round(spread[1])})`],
    ['aim', String(aim)],
    ['pairs', String(pairs)],
    ...Object.entries(details).map(([name, value]) => [name, String(round(value))] as const),
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  console.log(bench)
  for (const [name, value] of rows) console.log(`  ${name.padEnd(width)}  ${value}`)
}

export function toJson({ details, ...figures }: Report): string {
  return JSON.stringify({ ...figures, ...details }, (_, value: unknown) =>
    typeof value === 'number' ? round(value) : value,
  )
}

function round(value: number): number
function round(value: number | string): number | string
function round(value: number | string): number | string {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value
}
