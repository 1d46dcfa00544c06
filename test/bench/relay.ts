// The relay beside bare references on the same machine: the ratio is that of stored envelopes to bare SQLite inserts; the
// details hold the others, each with its aim.

import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'
import { bareBlobs, relayBlobs } from './relay/blobs.ts'
import { startBenchRelay } from './relay/bench-relay.ts'
import { bareBytesEach, relayBytesEach } from './relay/idle.ts'
import { bareEcho, percentile99, putToPush } from './relay/pushes.ts'
import { bareInserts, emptyFetches, envelopes, relayPuts } from './relay/puts.ts'
import { startTimes } from './relay/start.ts'

export const relay: Bench = async ({ isShort, isFull }) => {
  const pairs = isShort ? 2 : 5
  const rows = isShort ? 2_000 : 20_000
  const segments = isShort ? 40 : 400
  const pushes = isShort ? 100 : 1_000
  const idle = isShort ? 50 : isFull ? 10_000 : 1_000
  const kept = isShort ? 10_000 : isFull ? 1_000_000 : 200_000

  const puts: number[] = []
  const inserts: number[] = []
  const fetches: number[] = []
  const latency: number[] = []
  const up: number[] = []
  const down: number[] = []
  for (let pair = 0; pair < pairs; pair++) {
    await using fresh = await startBenchRelay()
    const data = envelopes(rows)
    inserts.push(bareInserts(data))
    puts.push(await relayPuts(fresh.url, data))
    fetches.push(await emptyFetches(fresh.url, isShort ? 40 : 400))
    const peerId = await peerIdOf(fresh.url)
    const echo = await bareEcho(pushes)
    latency.push(percentile99(await putToPush({ ...fresh, peerId }, pushes)) / percentile99(echo))
    const bare = await bareBlobs(segments)
    const ours = await relayBlobs(fresh.url, segments)
    up.push(ours.up / bare.up)
    down.push(ours.down / bare.down)
  }
  await using quiet = await startBenchRelay()
  const ownBytes = await relayBytesEach({ ...quiet, peerId: await peerIdOf(quiet.url) }, idle)
  const bareBytes = await bareBytesEach(idle)
  const start = await startTimes(isShort ? 1 : 5, kept, 4096)

  const ratios = puts.map((rate, index) => rate / (inserts[index] ?? Number.NaN))
  return {
    bench: 'relay',
    ratio: median(ratios),
    aim: 0.5,
    pairs,
    spread: spreadOf(ratios),
    details: {
      putsPerSecond: median(puts),
      bareInsertsPerSecond: median(inserts),
      'emptyFetchesPerSecond (aim 5000)': median(fetches),
      'pushP99 / echoP99 (aim 5)': median(latency),
      'upload / bare (aim 0.7)': median(up),
      'download / bare (aim 0.7)': median(down),
      'idle / bare memory (aim 2)': ownBytes / bareBytes,
      idleConnections: idle,
      idleKiBEach: ownBytes / 1024,
      bareKiBEach: bareBytes / 1024,
      'full / empty start (aim 2)': median(start.full) / median(start.empty),
      keptEnvelopes: kept,
      emptyStartMs: median(start.empty),
    },
  }
}

async function peerIdOf(url: string): Promise<string> {
  const info: unknown = await (await fetch(`${url}/.well-known/safelight`)).json()
  return typeof info === 'object' && info !== null && 'peerId' in info ? String(info.peerId) : ''
}
