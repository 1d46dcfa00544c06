// `npm run size`: compares the built app with the budgets in test/bench/size-budget.ts.

import { measureApp } from '../test/bench/app-size.ts'
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

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`
}
