// The first load of the app against its budget: 1 uses all of it.

import { build } from 'vite'
import { measureApp } from './app-size.ts'
import type { Bench } from './report.ts'
import { budgets, lazyFiles } from './size-budget.ts'

export const size: Bench = async () => {
  await build({ mode: 'production', logLevel: 'warn' })
  const parts = await measureApp(lazyFiles)
  const uses = budgets.map(({ of, maxGzipBytes }) => parts[of].totalBytes / maxGzipBytes)
  return {
    bench: 'size',
    ratio: Math.max(...uses),
    aim: 1,
    pairs: 1,
    spread: [Math.min(...uses), Math.max(...uses)],
    details: Object.fromEntries(budgets.map(({ title, of }) => [`${title}, bytes`, parts[of].totalBytes])),
  }
}
