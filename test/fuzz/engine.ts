// Runs one decoder on one changed input after the other. With coverage, inputs that reach something new are kept and
// changed further; without, only the seeds are.

import { takeAllocated } from './allocation.ts'
import type { Coverage } from './coverage.ts'
import { createDice, mutate } from './mutate.ts'

export interface Target {
  readonly name: string
  /** Inputs to begin with, most of them good. */
  readonly seeds: readonly Uint8Array[]
  /** Throws only when the decoder does what it must not: an error that is not its own, or a result that is not canonical. */
  run(input: Uint8Array): void | Promise<void>
  /** Bytes that it may allocate by numbers in an input, whatever these claim. */
  allowance(input: Uint8Array): number
}

/** What a decoder that copies what it keeps may take. */
export function inProportion(input: Uint8Array): number {
  return 64 * 1024 + 16 * input.length
}

export interface Finding {
  readonly target: string
  readonly input: Uint8Array
  readonly problem: string
}

export interface FuzzOptions {
  readonly seed: number
  /** Asked before each input, with the number of inputs so far. */
  readonly goesOn: (done: number) => boolean
  readonly coverage?: Coverage
}

/** After so many findings of one target the rest would be the same. */
const maxFindings = 5
/** Coverage is read once for so many inputs, or after so long: reading it costs as much as many runs. */
const batchSize = 2_000
const batchMs = 300
/** The oldest go, but the seeds stay. */
const maxCorpus = 1_000

export async function fuzz(
  target: Target,
  options: FuzzOptions,
): Promise<{ readonly done: number; readonly corpus: number; readonly findings: readonly Finding[] }> {
  const { goesOn, coverage } = options
  const dice = createDice(options.seed)
  const corpus = [...target.seeds]
  const findings: Finding[] = []
  let done = 0

  const tryOne = async (input: Uint8Array): Promise<void> => {
    takeAllocated()
    let problem: string | undefined
    try {
      await target.run(input)
    } catch (error) {
      problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    }
    const allocated = takeAllocated()
    if (allocated > target.allowance(input)) problem ??= `allocated ${allocated} bytes for ${input.length}`
    if (
      problem !== undefined &&
      findings.length < maxFindings &&
      !findings.some((found) => found.problem === problem)
    ) {
      findings.push({ target: target.name, input, problem })
    }
    done += 1
  }

  for (const seed of target.seeds) await tryOne(seed)
  coverage?.takeNew()
  while (goesOn(done) && findings.length < maxFindings) {
    const batch: Uint8Array[] = []
    const end = performance.now() + batchMs
    while (batch.length < batchSize && performance.now() < end && goesOn(done)) {
      const input = mutate(corpus[dice.below(corpus.length)] ?? new Uint8Array(), corpus, dice)
      batch.push(input)
      await tryOne(input)
    }
    if (coverage !== undefined && coverage.countNew() > 0) await locate(batch, coverage)
    if (corpus.length > maxCorpus) corpus.splice(target.seeds.length, corpus.length - maxCorpus)
  }
  return { done, corpus: corpus.length, findings }

  /** Which of a batch did something new? By halves, because reading the coverage is what costs. */
  async function locate(batch: readonly Uint8Array[], read: Coverage): Promise<void> {
    for (const half of [batch.slice(0, batch.length >> 1), batch.slice(batch.length >> 1)]) {
      if (half.length === 0 || !goesOn(done)) continue
      for (const input of half) await tryOne(input)
      const [only] = half
      if (half.length > 1) {
        if (read.countNew() > 0) await locate(half, read)
      } else if (only !== undefined && read.takeNew() > 0) corpus.push(only)
    }
  }
}
