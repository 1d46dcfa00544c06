// `npm run vectors -- <command> [arguments]`: asks a program for the answers to the frozen vectors
// (test/vectors/README.md) and compares. `--only <text>` leaves out the cases whose id does not contain the text.

import { parseArgs } from 'node:util'
import { loadCases } from '../test/vectors/cases.ts'
import { runVectors } from '../test/vectors/runner.ts'
import { close } from './suites.ts'

const usage = 'Usage: npm run vectors -- [--only <text>] [--silence <seconds>] <command> [arguments]'

/** Everything from the first word that is no option of ours belongs to the command. */
const args = process.argv.slice(2)
let own = 0
while (args[own] === '--only' || args[own] === '--silence') own += 2
const { values } = parseArgs({
  args: args.slice(0, own),
  options: { only: { type: 'string', default: '' }, silence: { type: 'string', default: '30' } },
})
const [program, ...rest] = args.slice(own)
const silenceMs = Number(values.silence) * 1000
if (program === undefined || !(silenceMs > 0)) {
  console.error(usage)
  process.exit(2)
}
const cases = (await loadCases()).filter(({ id }) => id.includes(values.only))
close(
  await runVectors({
    // One word with spaces is a command line of its own.
    command: rest.length === 0 && program.includes(' ') ? ['/bin/sh', '-c', `exec ${program}`] : [program, ...rest],
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    cases,
    silenceMs,
    print: (line) => console.log(line),
  }),
)
