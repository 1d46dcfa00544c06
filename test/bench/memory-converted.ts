// What converting a long video costs in memory: a file of 2 GiB is made smaller in the built app, and the memory of the
// processes of its tab is watched from before the choice to when it is sealed. The figure is the growth against the bound of
// 256 MiB. As Original, which rewrites the file without encoding it, it is done once more in the same run.

import type { AppPage } from '../support/app-page.ts'
import { setup } from '../support/build-app.ts'
import { mediaFiles } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet } from '../support/stories.ts'
import { writeLongVideo } from './long-video.ts'
import type { Bench } from './report.ts'
import { watchMemory } from './watch-memory.ts'

const mebibyte = 1024 * 1024
const boundBytes = 256 * mebibyte
/** Minutes for 2 GiB, on a busy machine. */
const patienceMs = 30 * 60_000

export const memoryConverted: Bench = async ({ isShort, isFull }) => {
  const sizeMiB = isFull ? 2000 : isShort ? 64 : 512
  await setup()
  await using files = await mediaFiles({ 'long.mp4': new Uint8Array(0) })
  await writeLongVideo(files.path('long.mp4'), sizeMiB * mebibyte)
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url, ice: false })
  const { anaApp, bo } = friends
  // Nobody fetches it meanwhile.
  await bo.closeBrowser()
  const remuxed = await sent(anaApp, files.path('long.mp4'), 'Original')
  const converted = await sent(anaApp, files.path('long.mp4'), 'Standard')
  const ratios = [remuxed, converted].map(({ growthBytes }) => growthBytes / boundBytes)
  return {
    bench: 'memory-converted',
    ratio: converted.growthBytes / boundBytes,
    aim: 1,
    pairs: 1,
    spread: [Math.min(...ratios), Math.max(...ratios)],
    details: {
      sizeMiB,
      startMiB: converted.startBytes / mebibyte,
      convertedGrowthMiB: converted.growthBytes / mebibyte,
      convertedSeconds: converted.seconds,
      remuxedGrowthMiB: remuxed.growthBytes / mebibyte,
      remuxedSeconds: remuxed.seconds,
    },
  }
}

async function sent(app: AppPage, path: string, quality: 'Standard' | 'Original') {
  const before = await app.withMedia('video').count()
  const memory = await watchMemory(app.page)
  const start = performance.now()
  await app.sendFiles([path], quality)
  await app.withMedia('video').nth(before).waitFor({ timeout: patienceMs })
  const seconds = (performance.now() - start) / 1000
  return { ...(await memory.stop()), seconds }
}
