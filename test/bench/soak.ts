// A relay under half of the load it can take, for many minutes: puts, fetches and acknowledgements of 16 people. Its memory
// and its disk must not grow. The ratio is of the memory in the last fifth of the time to that in the second fifth.

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { mailboxKeys } from '../relay/support/relay.ts'
import type { Bench } from './report.ts'
import { median } from './report.ts'
import type { BenchRelay } from './relay/bench-relay.ts'
import { startBenchRelay } from './relay/bench-relay.ts'
import { envelopes, relayPuts } from './relay/puts.ts'
import { liveFrom } from './relay/live.ts'

const people = 16
const perRequest = 64
const defaultMinutes = 30
const minuteMs = 60_000

interface Sample {
  readonly atMinutes: number
  readonly memoryBytes: number
  readonly diskBytes: number
}

export const soak: Bench = async ({ isShort, minutes = isShort ? 0.2 : defaultMinutes }) => {
  const most = await measuredMaximum(isShort ? 2_000 : 20_000)
  await using relay = await startBenchRelay()
  const samples: Sample[] = []
  const from = performance.now()
  const passedMinutes = (): number => (performance.now() - from) / minuteMs
  const isOver = (): boolean => passedMinutes() >= minutes
  // Every envelope is put, fetched and acknowledged; a person does one request after the other, at a pace of their own.
  const paceMs = (people * perRequest * 1000) / (most / 2)
  const lives = Array.from({ length: people }, (_, index) =>
    liveFrom(relay.url, { keys: mailboxKeys(index + 1), perRequest, paceMs, isOver }),
  )
  const watching = (async () => {
    while (!isOver()) {
      samples.push(await sample(relay, passedMinutes()))
      await delay(Math.min(10_000, (minutes * minuteMs) / 20))
    }
  })()
  const moved = (await Promise.all(lives)).reduce((sum, own) => sum + own, 0)
  await watching

  const memory = samples.map(({ memoryBytes }) => memoryBytes)
  const disk = samples.map(({ diskBytes }) => diskBytes)
  return {
    bench: 'soak',
    ratio: median(fifth(memory, 4)) / median(fifth(memory, 1)),
    aim: 1.1,
    pairs: 1,
    spread: [Math.min(...memory) / Math.max(...memory), Math.max(...memory) / Math.min(...memory)],
    details: {
      minutes,
      maximumPerSecond: most,
      envelopesPerSecond: moved / (passedMinutes() * 60),
      'memory slope, MiB an hour': (slope(samples.slice(samples.length / 5)) * 60) / 2 ** 20,
      memoryMiB: series(memory),
      'disk, last / second fifth (aim 1.1)': median(fifth(disk, 4)) / median(fifth(disk, 1)),
      diskMiB: series(disk),
    },
  }
}

async function measuredMaximum(rows: number): Promise<number> {
  await using relay = await startBenchRelay()
  return await relayPuts(relay.url, envelopes(rows))
}

async function sample(relay: BenchRelay, atMinutes: number): Promise<Sample> {
  let diskBytes = 0
  for (const name of await readdir(relay.dataFolder))
    diskBytes += (await stat(join(relay.dataFolder, name)).catch(() => undefined))?.size ?? 0
  return { atMinutes, memoryBytes: relay.memoryBytes(), diskBytes }
}

function fifth(values: readonly number[], index: number): readonly number[] {
  const length = values.length / 5
  return values.slice(Math.floor(index * length), Math.max(Math.floor((index + 1) * length), 1))
}

/** Of memory, in bytes a minute: least squares. */
function slope(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [middle, level] = [mean(samples.map((each) => each.atMinutes)), mean(samples.map((each) => each.memoryBytes))]
  let [above, below] = [0, 0]
  for (const { atMinutes, memoryBytes } of samples) {
    above += (atMinutes - middle) * (memoryBytes - level)
    below += (atMinutes - middle) ** 2
  }
  return above / below
}

/** Some of them, in MiB. */
function series(bytes: readonly number[]): string {
  const step = Math.max(1, Math.floor(bytes.length / 10))
  return bytes
    .filter((_, index) => index % step === 0)
    .map((value) => Math.round(value / 2 ** 20))
    .join(' ')
}
