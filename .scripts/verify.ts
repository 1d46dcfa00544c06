// `npm run verify`: all checks and all tests. Every check runs, also after a failure; each counts as one.

import { bin, run } from './process.ts'
import type { Count } from './suites.ts'
import { close, runSuites, sum } from './suites.ts'

const checks: readonly (readonly [title: string, program: string, ...args: string[]])[] = [
  ['format', bin('oxfmt'), '--check'],
  ['lint', bin('oxlint'), '--type-aware', '--deny-warnings'],
  ['typecheck', bin('tsc'), '-b'],
  ['unused', bin('knip')],
  ['build', bin('vite'), 'build', '--logLevel', 'warn'],
  ['size', process.execPath, '.scripts/size.ts'],
  ['docs', process.execPath, '.scripts/docs.ts'],
]

const counts: Count[] = []
for (const [title, program, ...args] of checks) {
  console.log(`── ${title}`)
  const isGood = (await run(program, args)) === 0
  if (!isGood) console.log(`${title}: FAILED`)
  counts.push({ passed: isGood ? 1 : 0, failed: isGood ? 0 : 1 })
}
console.log('── tests')
counts.push(await runSuites())
close(sum(counts))
