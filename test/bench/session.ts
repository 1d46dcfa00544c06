// Messages sealed and opened per second, against libsignal in the same process, with every step of the session stored:
// in one epoch, also with the primitives in JavaScript that browsers have to use; and with a new epoch at each message, with
// ML-KEM in JavaScript and with all that the platform has.
// The ratio is of messages per second in one epoch: higher is better; the other aims stand in the details.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'
import type { Job, WorkerOptions } from './session/conversation.ts'
import { message } from './session/conversation.ts'

interface Row {
  readonly name: string
  readonly work: Job['work']
  readonly isReread: boolean
  readonly hasNativeSymmetric: boolean
  readonly hasNativeKem: boolean
  readonly aim?: number
}

const native = { isReread: false, hasNativeSymmetric: true, hasNativeKem: true }
const rows: readonly Row[] = [
  { ...native, name: 'sameEpoch', work: 'oneWay', aim: 1 },
  { ...native, name: 'sameEpochReread', work: 'oneWay', isReread: true },
  { ...native, name: 'sameEpochScripted', work: 'oneWay', hasNativeSymmetric: false },
  { ...native, name: 'newEpochScriptedKem', work: 'takingTurns', hasNativeKem: false, aim: 0.2 },
  { ...native, name: 'newEpochNative', work: 'takingTurns', aim: 0.5 },
]

export const session: Bench = async ({ isShort }) => {
  const pairs = isShort ? 5 : 15
  const details: Record<string, number | string> = {
    node: process.version,
    message: `${message.length} bytes; ours pads to 4 KiB and seals the header, the reference does neither`,
    storage: 'both sides: the session as bytes in a map in memory after each step',
    held: 'both sides keep the decoded session; in sameEpochReread both decode it before each step',
  }
  let main = { ratio: Number.NaN, spread: spreadOf([]) }
  for (const row of rows) {
    const measured = await measure(row, pairs, isShort)
    if (row.name === 'sameEpoch') main = measured
    details[row.name] = measured.ratio
    details[`${row.name}Spread`] = measured.spread.map((ratio) => ratio.toFixed(2)).join(' to ')
    if (row.aim !== undefined) details[`${row.name}Aim`] = row.aim
    // Of the fastest round of each: the least disturbed by whatever else the machine does.
    details[`${row.name}Fastest`] = measured.fastest
    details[`${row.name}PerSecond`] = Math.round(measured.ours)
    details[`${row.name}ReferencePerSecond`] = Math.round(measured.reference)
  }
  return { bench: 'session', ratio: main.ratio, aim: 1, pairs, spread: main.spread, details }
}

async function measure(row: Row, pairs: number, isShort: boolean) {
  const { work, isReread, hasNativeSymmetric, hasNativeKem } = row
  const options = { isReread, hasNativeSymmetric, hasNativeKem }
  const full = work === 'oneWay' ? 500 : 100
  const count = isShort ? full / 5 : full
  await using ours = await startSide({ ...options, side: 'ours' })
  await using reference = await startSide({ ...options, side: 'reference' })
  // Compiled as far as it gets compiled.
  for (const side of [ours, reference]) await side.run({ work, count: 6 * full })
  const oursMs: number[] = []
  const referenceMs: number[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    oursMs.push(await ours.run({ work, count }))
    referenceMs.push(await reference.run({ work, count }))
  }
  const ratios = oursMs.map((ms, index) => (referenceMs[index] ?? Number.NaN) / ms)
  return {
    ratio: median(ratios),
    spread: spreadOf(ratios),
    fastest: Math.min(...referenceMs) / Math.min(...oursMs),
    ours: (1000 * count) / median(oursMs),
    reference: (1000 * count) / median(referenceMs),
  }
}

async function startSide(options: WorkerOptions) {
  const worker = new Worker(new URL('./session-worker.ts', import.meta.url), { workerData: options, stderr: true })
  const answer = async (): Promise<number> => {
    const [ms]: number[] = await once(worker, 'message')
    return ms ?? Number.NaN
  }
  await answer()
  return {
    run(job: Job): Promise<number> {
      worker.postMessage(job)
      return answer()
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}
