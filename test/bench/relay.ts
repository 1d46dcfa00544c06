// The relay beside bare references on the same machine: the ratio is that of stored envelopes to bare SQLite inserts; the
// details hold the others, each with its aim and the spread of its pairs.

import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'
import { bareBlobs, relayBlobs } from './relay/blobs.ts'
import { startBenchRelay } from './relay/bench-relay.ts'
import { idleBytes, mostIdle } from './relay/idle.ts'
import { peerIdOf } from './relay/peer-id.ts'
import { bareCommits, bareEcho, percentile99, putToPush } from './relay/pushes.ts'
import { bareInserts, emptyFetches, envelopes, relayPuts } from './relay/puts.ts'
import { startTimes } from './relay/start.ts'

export const relay: Bench = async ({ isShort }) => {
  const pairs = isShort ? 2 : 5
  const rows = isShort ? 2_000 : 20_000
  const segments = isShort ? 40 : 400
  const pushes = isShort ? 100 : 1_000
  const idle = mostIdle(isShort ? 50 : 10_000)
  const kept = isShort ? 10_000 : 1_000_000

  const rounds: Round[] = []
  for (let pair = 0; pair < pairs; pair++) {
    await using fresh = await startBenchRelay()
    const data = envelopes(rows)
    const inserts = bareInserts(data)
    const puts = await relayPuts(fresh.url, data)
    const fetches = await emptyFetches(fresh.url, isShort ? 40 : 400)
    const echoMs = percentile99(await bareEcho(pushes))
    const commitMs = percentile99(await bareCommits(pushes))
    const pushMs = percentile99(await putToPush({ ...fresh, peerId: await peerIdOf(fresh.url) }, pushes))
    const bare = await bareBlobs(segments)
    const own = await relayBlobs(fresh.url, segments)
    rounds.push({ inserts, puts, fetches, pushMs, echoMs, commitMs, up: own.up / bare.up, down: own.down / bare.down })
  }
  const memory = await idleBytes(idle, pairs)
  const start = await startTimes(pairs, kept, 1024)

  const ratios = rounds.map(({ puts, inserts }) => puts / inserts)
  return {
    bench: 'relay',
    ratio: median(ratios),
    aim: 0.5,
    pairs,
    spread: spreadOf(ratios),
    details: {
      putsPerSecond: median(rounds.map(({ puts }) => puts)),
      bareInsertsPerSecond: median(rounds.map(({ inserts }) => inserts)),
      ...figures(
        'empty fetches per second (aim 5000)',
        rounds.map(({ fetches }) => fetches),
      ),
      ...figures(
        'push p99 / echo p99 (aim 5)',
        rounds.map(({ pushMs, echoMs }) => pushMs / echoMs),
      ),
      pushP99Ms: median(rounds.map(({ pushMs }) => pushMs)),
      echoP99Ms: median(rounds.map(({ echoMs }) => echoMs)),
      commitP99Ms: median(rounds.map(({ commitMs }) => commitMs)),
      ...figures(
        'upload / bare (aim 0.7)',
        rounds.map(({ up }) => up),
      ),
      ...figures(
        'download / bare (aim 0.7)',
        rounds.map(({ down }) => down),
      ),
      ...figures('idle / bare memory (aim 2)', quotients(memory.own, memory.bare)),
      idleConnections: idle,
      idleKiBEach: (memory.own.at(-1) ?? Number.NaN) / 1024,
      bareKiBEach: (memory.bare.at(-1) ?? Number.NaN) / 1024,
      ...figures('full / empty start (aim 2)', quotients(start.full, start.empty)),
      keptEnvelopes: kept,
      emptyStartMs: median(start.empty),
    },
  }
}

interface Round {
  /** Rows, and requests, a second. */
  readonly inserts: number
  readonly puts: number
  readonly fetches: number
  /** 99 % of them are faster. */
  readonly pushMs: number
  readonly echoMs: number
  readonly commitMs: number
  /** Against the bare server. */
  readonly up: number
  readonly down: number
}

function quotients(own: readonly number[], bare: readonly number[]): readonly number[] {
  return own.map((value, index) => value / (bare[index] ?? Number.NaN))
}

function figures(name: string, values: readonly number[]): Readonly<Record<string, number | string>> {
  const [least, most] = spreadOf(values)
  return { [name]: median(values), [`${name}, spread`]: `${least.toFixed(2)} to ${most.toFixed(2)}` }
}
