// Media sealed, hashed and stored, and read, checked and opened again, against WebCrypto's AES-GCM over the same bytes in
// the same page. The ratio is of throughputs, both ways together: 1 is as fast as encryption alone.

import { startBrowsers } from './browsers.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'
import type { Times } from './seal-page/main.ts'

export const seal: Bench = async ({ isShort }) => {
  const pairs = isShort ? 3 : 9
  const sizeBytes = (isShort ? 8 : 64) * 1024 * 1024
  await using browsers = await startBrowsers('seal-page')
  const page = await browsers.open('sealBench')
  const bare: Times[] = []
  const ours: Times[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    bare.push(await page.evaluate((size) => sealBench.bare(size), sizeBytes))
    ours.push(await page.evaluate((size) => sealBench.ours(size), sizeBytes))
  }
  const ratios = (part: (times: Times) => number): readonly number[] =>
    bare.map((times, index) => part(times) / part(ours[index] ?? { sealMs: Number.NaN, openMs: Number.NaN }))
  const both = ratios(({ sealMs, openMs }) => sealMs + openMs)
  return {
    bench: 'seal',
    ratio: median(both),
    aim: 0.8,
    pairs,
    spread: spreadOf(both),
    details: {
      sizeMiB: sizeBytes / 1024 / 1024,
      sealRatio: median(ratios(({ sealMs }) => sealMs)),
      openRatio: median(ratios(({ openMs }) => openMs)),
      bareSealMs: median(bare.map(({ sealMs }) => sealMs)),
      sealMs: median(ours.map(({ sealMs }) => sealMs)),
      bareOpenMs: median(bare.map(({ openMs }) => openMs)),
      openMs: median(ours.map(({ openMs }) => openMs)),
    },
  }
}
