// A video sent from browser to browser, prepared, sealed, moved, hash-checked and stored, against a bare data channel
// that moves as many bytes to memory. The ratio is of throughputs: 1 is as fast as the channel itself.

import { largeVideo, mediaFiles } from '../support/media.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'
import { openTwoPages } from './two-pages.ts'

export const transfer: Bench = async ({ isShort }) => {
  const pairs = isShort ? 2 : 5
  const video = await largeVideo((isShort ? 8 : 64) * 1024 * 1024)
  await using files = await mediaFiles({ 'bench.mp4': video })
  await using pages = await openTwoPages()
  await pages.ana.locator('input').setInputFiles(files.path('bench.mp4'))
  const bareMs: number[] = []
  const totalMs: number[] = []
  const sealMs: number[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    bareMs.push(await pages.ana.evaluate((bytes) => window.bench.bare.transfer(bytes), video.length))
    const ours = await pages.ana.evaluate(() => window.bench.sendFile())
    totalMs.push(ours.totalMs)
    sealMs.push(ours.sealMs)
  }
  const ratios = bareMs.map((bare, index) => bare / (totalMs[index] ?? Number.NaN))
  const movingRatios = bareMs.map((bare, index) => bare / ((totalMs[index] ?? Number.NaN) - (sealMs[index] ?? 0)))
  return {
    bench: 'transfer',
    ratio: median(ratios),
    aim: 0.95,
    pairs,
    spread: spreadOf(ratios),
    details: {
      sizeMiB: video.length / 1024 / 1024,
      ratioOnceSealed: median(movingRatios),
      bareMs: median(bareMs),
      totalMs: median(totalMs),
      prepareAndSealMs: median(sealMs),
    },
  }
}
