// A video sent from browser to browser, by us and by libraries that people send files with. Ours is prepared, sealed, moved,
// hash-checked and stored; theirs is moved to memory (WebTorrent's: hashed, moved, checked and stored) over connections that
// stand, but for WebTorrent, which makes one for each file. The ratio is of throughputs against the fastest of them: above 1
// is faster than each.

import type { Page } from 'playwright'
import { largeVideo, mediaFiles } from '../support/media.ts'
import type { Library } from './page/peers/meet.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'
import { startSignalling } from './signalling.ts'
import { openTwoPages } from './two-pages.ts'

const libraries = ['PeerJS', 'simple-peer', 'Trystero', 'WebTorrent'] as const satisfies readonly Library[]

export const transferPeers: Bench = async ({ isShort }) => {
  const pairs = isShort ? 2 : 5
  const video = await largeVideo((isShort ? 8 : 64) * 1024 * 1024)
  await using files = await mediaFiles({ 'bench.mp4': video })
  await using signalling = await startSignalling()
  await using pages = await openTwoPages()
  const { ana, bo } = pages
  await Promise.all([signalTo(ana, bo), signalTo(bo, ana)])
  await ana.locator('input').setInputFiles(files.path('bench.mp4'))
  for (const library of libraries)
    await Promise.all([meet(bo, library, false, signalling.port), meet(ana, library, true, signalling.port)])

  const ours: number[] = []
  const theirs = new Map<Library, number[]>(libraries.map((library) => [library, []]))
  for (let pair = 0; pair < pairs; pair += 1) {
    ours.push((await ana.evaluate(() => window.bench.sendFile())).totalMs)
    for (const [library, times] of theirs)
      times.push(await ana.evaluate((name) => window.bench.sendFileWith(name), library))
  }
  const ratios = [...theirs].map(([library, times]) => {
    const each = times.map((theirMs, pair) => theirMs / (ours[pair] ?? Number.NaN))
    return { library, times, each, ratio: median(each) }
  })
  const [closest] = ratios.toSorted((a, b) => a.ratio - b.ratio)
  if (closest === undefined) throw new Error('there is nobody to compare with')
  return {
    bench: 'transfer-peers',
    ratio: closest.ratio,
    aim: 1,
    pairs,
    spread: spreadOf(closest.each),
    details: {
      sizeMiB: video.length / 1024 / 1024,
      fastest: closest.library,
      oursMs: median(ours),
      ...Object.fromEntries(
        ratios.flatMap(({ library, times, each, ratio }) => [
          [`${library}Ms`, median(times)],
          [`${library}Ratio`, ratio],
          [
            `${library}Spread`,
            spreadOf(each)
              .map((value) => value.toFixed(2))
              .join(' to '),
          ],
        ]),
      ),
    },
  }
}

async function signalTo(from: Page, to: Page): Promise<void> {
  await from.exposeFunction('sendSignal', (message: string) => {
    // The page is not held up by what the other one does with it.
    void to.evaluate((text) => window.bench.signalled(text), message).catch(() => {})
  })
}

async function meet(page: Page, library: Library, isFirst: boolean, port: number): Promise<void> {
  await page.evaluate(([name, first, at]) => window.bench.meet(name, first, at), [library, isFirst, port] as const)
}
