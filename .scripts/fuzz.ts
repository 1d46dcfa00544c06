// `npm run test:fuzz -- --minutes 10 [--only <text>] [--seed <number>]`: changes the input of every decoder for so long,
// and keeps what reaches new parts of the source. What it finds lies in dist/.fuzz, as hexadecimal text.

import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { countingAllocations } from '../test/fuzz/allocation.ts'
import { startCoverage } from '../test/fuzz/coverage.ts'
import { fuzz } from '../test/fuzz/engine.ts'
import { createTargets } from '../test/fuzz/targets.ts'
import { root } from './process.ts'
import { close } from './suites.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed)
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  console.error('Usage: npm run test:fuzz -- [--minutes <number>] [--only <text>] [--seed <number>]')
  process.exit(2)
}

const targets = (await createTargets()).filter(({ name }) => name.includes(values.only))
const eachMs = (minutes * 60_000) / Math.max(1, targets.length)
console.log(`${targets.length} decoders, ${Math.round(eachMs / 1000)} s each, seed ${seed}`)
const count = { passed: 0, failed: 0 }
for (const target of targets) {
  const end = performance.now() + eachMs
  // Of its own for each: what one decoder runs says nothing of another.
  using coverage = startCoverage([`${root}src/`, `${root}relay/`])
  await countingAllocations(async () => {
    const outcome = await fuzz(target, { seed, coverage, goesOn: () => performance.now() < end })
    console.log(`${target.name}: ${outcome.done} inputs, ${outcome.corpus} kept, ${coverage.total} ranges`)
    for (const { input, problem } of outcome.findings) {
      const name = `${target.name.replaceAll(/\W+/g, '-')}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}.hex`
      await mkdir(`${root}dist/.fuzz`, { recursive: true })
      await writeFile(`${root}dist/.fuzz/${name}`, Buffer.from(input).toString('hex'))
      console.log(`FAIL ${target.name}: ${problem} (dist/.fuzz/${name})`)
    }
    if (outcome.findings.length === 0) count.passed += 1
    else count.failed += 1
  })
}
close(count)
