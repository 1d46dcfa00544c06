// A direct connection between two browsers that are both connected to the relay, from the call to the echo of a first
// frame, against a bare peer connection between the same pages, signalled over connections that stand. The ratio is of
// times: lower is better.

import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright'
import { startBrowsers } from './browsers.ts'
import type {} from './dial-page/main.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'

/** A device takes four strangers a second: quicker dials would measure that bound. */
const pairEveryMs = 300

/** Dials that fail are counted, not timed. */
export const dial: Bench = async ({ isShort }) => {
  const pairs = isShort ? 20 : 200
  await using browsers = await startBrowsers('dial-page')
  const ana = await browsers.open('barePeer')
  const bo = await browsers.open('barePeer')
  await signalBetween(ana, bo)
  await ana.evaluate((url) => driven.start(url), browsers.url)
  const peerId = await bo.evaluate((url) => driven.start(url), browsers.url)

  const timed: { readonly bareMs: number; readonly dialMs: number }[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    const next = delay(pairEveryMs)
    const bareMs = await ana.evaluate(() => barePeer.connect())
    const dialMs = await ana.evaluate(timeDial, { url: browsers.url, peerId })
    if (dialMs !== undefined) {
      timed.push({ bareMs, dialMs })
      await ana.evaluate(() => driven.hangUp())
      await bo.evaluate(() => driven.lastLinkClosed())
    }
    await next
  }
  const bareMs = median(timed.map((pair) => pair.bareMs))
  const dialMs = median(timed.map((pair) => pair.dialMs))
  return {
    bench: 'dial',
    ratio: dialMs / bareMs,
    aim: 4,
    pairs,
    spread: spreadOf(timed.map((pair) => pair.dialMs / pair.bareMs)),
    details: { connectedPercent: (100 * timed.length) / pairs, bareMs, dialMs },
  }
}

/** Runs in the page. Undefined: no connection. */
async function timeDial({ url, peerId }: { url: string; peerId: string }): Promise<number | undefined> {
  const startedAt = performance.now()
  try {
    await driven.dial(url, peerId)
    return performance.now() - startedAt
  } catch {
    return undefined
  }
}

async function signalBetween(ana: Page, bo: Page): Promise<void> {
  for (const [from, to] of [
    [ana, bo],
    [bo, ana],
  ] as const)
    await from.exposeFunction('sendSignal', (message: string) => {
      // The page is not held up by what the other one does with it.
      void to.evaluate((signal) => barePeer.signal(signal), message).catch(() => {})
    })
}
