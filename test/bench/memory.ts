// What a long video costs in memory: sent and received by two pages over a direct connection, the memory of each page's
// process is watched from before to after. The figure is the larger growth of the two against the bound of 256 MiB.

import { mediaFiles } from '../support/media.ts'
import { writeLongVideo } from './long-video.ts'
import type { Bench } from './report.ts'
import { openTwoPages } from './two-pages.ts'
import { watchMemory } from './watch-memory.ts'

const mebibyte = 1024 * 1024
const boundBytes = 256 * mebibyte

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
