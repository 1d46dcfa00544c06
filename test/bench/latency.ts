// A text on an open direct connection, from `send` to the peer's `message` event, durably stored on both sides, against
// the round trip of a bare data channel. Each begins when the one before is settled. The ratio is of times: lower is
// better.

import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'
import { openTwoPages } from './two-pages.ts'

export const latency: Bench = async ({ isShort }) => {
  const pairs = isShort ? 10 : 100
  await using pages = await openTwoPages()
  const bareMs: number[] = []
  const textMs: number[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    bareMs.push(await pages.ana.evaluate(() => window.bench.bare.roundTrip()))
    const text = `message ${pair}`
    const sentAt = await pages.ana.evaluate((words) => window.bench.sendText(words), text)
    textMs.push((await pages.bo.evaluate((words) => window.bench.arrival(words), text)) - sentAt)
  }
  const ratios = textMs.map((ours, index) => ours / (bareMs[index] ?? Number.NaN))
  return {
    bench: 'latency',
    ratio: median(textMs) / median(bareMs),
    aim: 3,
    pairs,
    spread: spreadOf(ratios),
    details: { bareRoundTripMs: median(bareMs), textMs: median(textMs) },
  }
}
