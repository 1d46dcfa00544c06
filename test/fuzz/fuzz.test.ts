// Every decoder, for a moment: the same inputs each time. `npm run test:fuzz` looks for longer, guided by coverage.

import { describe, expect, it } from 'vitest'
import { countingAllocations } from './allocation.ts'
import { type Target, fuzz, inProportion } from './engine.ts'
import { createTargets } from './targets.ts'

/** All targets together stay far below the twenty seconds that this may take. */
const inputsEach = 400
const secondsEach = 0.4

const targets = await createTargets()

async function quick(target: Target) {
  let outcome: Awaited<ReturnType<typeof fuzz>> | undefined
  await countingAllocations(async () => {
    // By the clock too: what is slow has had its time, and a slow machine fails nothing.
    const end = performance.now() + secondsEach * 1000
    outcome = await fuzz(target, { seed: 1, goesOn: (done) => done < inputsEach && performance.now() < end })
  })
  return outcome
}

describe('changed input', () => {
  it.each(targets.map((target) => [target.name, target] as const))('harms no decoder: %s', async (_, target) => {
    expect((await quick(target))?.findings).toEqual([])
  })
})

describe('the fuzzer', () => {
  const seeds = [Uint8Array.of(1, 2, 3)]

  it('finds an error that is not the decoder’s own', async () => {
    const target: Target = {
      name: 'bad',
      seeds,
      allowance: inProportion,
      run(input) {
        if (input.length > 3) throw new TypeError('too long')
      },
    }
    expect((await quick(target))?.findings).toMatchObject([{ target: 'bad', problem: 'TypeError: too long' }])
  })

  it('finds memory that is taken for a number that is only claimed', async () => {
    const target: Target = {
      name: 'greedy',
      seeds,
      allowance: inProportion,
      run(input) {
        if (input[0] === 0xff) expect(new Uint8Array(100_000_000)).toBeDefined()
      },
    }
    const outcome = await quick(target)
    expect(outcome?.findings[0]?.problem).toMatch(/^allocated 10\d{7} bytes/)
  })

  it('leaves the constructors as they were', async () => {
    const before = [ArrayBuffer, Uint8Array, Float64Array]
    await countingAllocations(async () => expect(Uint8Array).not.toBe(before[1]))
    expect([ArrayBuffer, Uint8Array, Float64Array]).toEqual(before)
  })
})
