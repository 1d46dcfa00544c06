// Opening a locked profile in a browser with its passphrase (lock, database, worker, Argon2id, slot, media folder) against
// the bare Argon2id of the same parameters in the same page. The ratio is of times: lower is better.

import { startBrowsers } from './browsers.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'
import type {} from './vault-page/main.ts'

export const vault: Bench = async ({ isShort }) => {
  const pairs = isShort ? 5 : 15
  await using browsers = await startBrowsers('vault-page')
  const page = await browsers.open('vaultBench')
  await page.evaluate(() => vaultBench.lock())
  const bareMs: number[] = []
  const openMs: number[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    bareMs.push(await page.evaluate(() => vaultBench.bare()))
    openMs.push(await page.evaluate(() => vaultBench.open()))
  }
  return {
    bench: 'vault',
    ratio: median(openMs) / median(bareMs),
    aim: 1.5,
    pairs,
    spread: spreadOf(openMs.map((ours, index) => ours / (bareMs[index] ?? Number.NaN))),
    details: { bareArgon2idMs: median(bareMs), openMs: median(openMs) },
  }
}
