import { expect, test } from 'vitest'
import { createWorker } from '../../src/messenger/worker.ts'
import type { PassOutcome } from '../../src/messenger/worker.ts'
import { quietLog, systemRandom } from '../../src/system.ts'
import { createFakeClock } from '../support/world/clock.ts'

function worker(pass: () => Promise<PassOutcome>) {
  const clock = createFakeClock(0)
  const stop = new AbortController()
  const options = {
    clock,
    random: systemRandom,
    log: quietLog,
    signal: stop.signal,
    retryMinMs: 1_000,
    retryMaxMs: 8_000,
  }
  return { clock, stop, worker: createWorker({ ...options, pass }) }
}

test('a pass that throws is tried again', async () => {
  let passes = 0
  const { clock, worker: it } = worker(() => {
    passes += 1
    if (passes < 3) throw new Error('a bug')
    return Promise.resolve('idle')
  })
  it.kick()
  await clock.advance(10_000)
  expect(passes).toBe(3)
})

test('never runs twice at once; a kick meanwhile makes it look once more', async () => {
  let running = 0
  let most = 0
  let passes = 0
  const { clock, worker: it } = worker(async () => {
    running += 1
    most = Math.max(most, running)
    passes += 1
    await new Promise((resolve) => clock.after(100, () => resolve(undefined)))
    running -= 1
    return 'idle'
  })
  it.kick()
  await clock.advance(50)
  it.kick()
  it.kick()
  await clock.advance(1_000)
  expect({ most, passes }).toEqual({ most: 1, passes: 2 })
})

test('a kick cuts a pause short, and the end of everything ends it', async () => {
  let passes = 0
  const {
    clock,
    stop,
    worker: it,
  } = worker(() => {
    passes += 1
    return Promise.resolve('later')
  })
  it.kick()
  await clock.advance(10)
  it.kick()
  await clock.advance(10)
  expect(passes).toBe(2)
  stop.abort()
  await clock.advance(60_000)
  expect(passes).toBe(2)
  await it.idle()
})

test('a pass that went on is followed soon, however often those before it failed', async () => {
  let passes = 0
  const { clock, worker: it } = worker(() => {
    passes += 1
    return Promise.resolve(passes <= 4 ? 'later' : 'soon')
  })
  it.kick()
  // Four failures: pauses of 1, 2, 4 and 8 seconds, each a quarter more at most.
  await clock.advance(19_000)
  const before = passes
  expect(before).toBeGreaterThan(4)
  await clock.advance(6_000)
  expect(passes - before).toBeGreaterThanOrEqual(4)
})
