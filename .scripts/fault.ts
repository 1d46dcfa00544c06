// `npm run test:fault`: the tests of crashes and faults at full length (minutes to an hour); `npm test` has them short.

import { bin, run } from './process.ts'

const folders = [
  'test/fault',
  'test/relay/odd-order.test.ts',
  'test/scenario',
  'test/property',
  'test/storage/power-loss.test.ts',
]

process.exitCode = await run(bin('vitest'), ['run', '--project', 'unit', ...folders, ...process.argv.slice(2)], {
  timeoutMs: 2 * 60 * 60_000,
  env: { SAFELIGHT_TEST_LONG: '1' },
})
