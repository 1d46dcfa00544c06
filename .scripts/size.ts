// `npm run size`: compares the built app with the budgets in test/bench/size-budget.ts, and looks whether its chunks can start.

import { measureApp } from '../test/bench/app-size.ts'
import { importCycles } from '../test/bench/import-cycles.ts'
import { budgets, lazyFiles } from '../test/bench/size-budget.ts'

const parts = await measureApp(lazyFiles)
for (const { title, of, maxGzipBytes } of budgets) {
  const { totalBytes, files } = parts[of]
  const isOver = totalBytes > maxGzipBytes
  console.log(`${title}: ${kib(totalBytes)} of ${kib(maxGzipBytes)}${isOver ? '  TOO LARGE' : ''}`)
  if (!isOver) continue
  process.exitCode = 1
  for (const { name, gzipBytes } of files) console.log(`  ${kib(gzipBytes)}  ${name}`)
}

for (const cycle of await importCycles()) {
  process.exitCode = 1
  console.log(`These files of the app import each other, so that it does not start: ${cycle.join(' → ')}`)
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`
}
