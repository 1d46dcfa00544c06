// What a long video costs in memory: sent and received by two pages over a direct connection, the memory of each page's
// process is watched from before to after. The figure is the larger growth of the two against the bound of 256 MiB.

import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright'
import { mediaFiles } from '../support/media.ts'
import { writeLongVideo } from './long-video.ts'
import type { Bench } from './report.ts'
import { openTwoPages } from './two-pages.ts'

const mebibyte = 1024 * 1024
const boundBytes = 256 * mebibyte
const everyMs = 200

export const memory: Bench = async ({ isShort, isFull }) => {
  const sizeMiB = isFull ? 2000 : isShort ? 64 : 512
  await using files = await mediaFiles({ 'long.mp4': new Uint8Array(0) })
  await writeLongVideo(files.path('long.mp4'), sizeMiB * mebibyte)
  await using pages = await openTwoPages()
  await pages.ana.locator('input').setInputFiles(files.path('long.mp4'))
  const sender = await watchMemory(pages.ana)
  const receiver = await watchMemory(pages.bo)
  const { totalMs } = await pages.ana.evaluate(() => window.bench.sendFile())
  const [sent, received] = [await sender.stop(), await receiver.stop()]
  return {
    bench: 'memory',
    ratio: Math.max(sent.growthBytes, received.growthBytes) / boundBytes,
    aim: 1,
    pairs: 1,
    spread: [
      Math.min(sent.growthBytes, received.growthBytes) / boundBytes,
      Math.max(sent.growthBytes, received.growthBytes) / boundBytes,
    ],
    details: {
      sizeMiB,
      senderStartMiB: sent.startBytes / mebibyte,
      senderGrowthMiB: sent.growthBytes / mebibyte,
      receiverStartMiB: received.startBytes / mebibyte,
      receiverGrowthMiB: received.growthBytes / mebibyte,
      seconds: totalMs / 1000,
    },
  }
}

interface Watch {
  stop(): Promise<{ readonly startBytes: number; readonly growthBytes: number }>
}

/** Of all renderer processes of the page's browser together; there is one page. */
async function watchMemory(page: Page): Promise<Watch> {
  const pids = await rendererPids(page)
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const startBytes = await residentBytes(pids)
  let peakBytes = startBytes
  let watching = true
  const watched = (async () => {
    while (watching) {
      peakBytes = Math.max(peakBytes, await residentBytes(pids))
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  })()
  return {
    async stop() {
      watching = false
      await watched
      return { startBytes, growthBytes: peakBytes - startBytes }
    },
  }
}

async function rendererPids(page: Page): Promise<readonly number[]> {
  const session = await page.context().browser()?.newBrowserCDPSession()
  if (session === undefined) throw new Error('no session with the browser')
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
}

/** Linux only. Without the parts of files, such as the program itself, that happen to be in memory. */
async function residentBytes(pids: readonly number[]): Promise<number> {
  let bytes = 0
  for (const pid of pids) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    for (const match of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)) bytes += Number(match[1]) * 1024
  }
  return bytes
}
