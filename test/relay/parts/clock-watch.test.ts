// The time by which things expire, with clocks that are set and relays that are away.

import { expect, it } from 'vitest'
import type { ClockNote } from '../../../relay/clock-watch.ts'
import { createClockWatch } from '../../../relay/clock-watch.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const begin = Date.UTC(2026, 0, 1)

/** A machine: `real` is the time that really is. */
function createMachine() {
  let real = begin
  let clockError = 0
  let running = 0
  let note: ClockNote | undefined
  let jumps = 0
  const start = () =>
    createClockWatch({
      now: () => real + clockError,
      monotonicNow: () => running,
      earlier: note,
      jumpMs: 50 * minute,
      waitMs: day,
    })
  let watch = start()
  let believedMs = begin
  const look = (): void => {
    const seen = watch.look()
    note = seen.note
    believedMs = seen.believedMs
    if (seen.jumped) jumps += 1
  }
  look()
  return {
    run(hours: number) {
      for (let passed = 0; passed < hours; passed++) {
        real += hour
        running += hour
        look()
      }
    },
    /** The process goes on afterwards. */
    suspend(hours: number) {
      real += hours * hour
      look()
    },
    off(hours: number) {
      real += hours * hour
      running = 0
      watch = start()
      look()
    },
    setClock(errorMs: number) {
      clockError = errorMs
      look()
    },
    /** How late things expire; negative: too early. */
    get lateMs() {
      return real - believedMs
    },
    get jumps() {
      return jumps
    },
  }
}

it('is the clock, as long as that goes on as it should', () => {
  const machine = createMachine()
  machine.run(100)
  machine.setClock(40 * minute)
  expect([machine.lateMs, machine.jumps]).toEqual([-40 * minute, 0])
})

it('does not follow a clock that is set far ahead before a day of running is over', () => {
  const machine = createMachine()
  machine.setClock(1000 * day)
  machine.run(23)
  expect(machine.lateMs).toBe(0)
  machine.off(0)
  machine.run(1)
  expect(machine.lateMs).toBe(-1000 * day)
})

it('takes no harm by a clock that is put right again in time', () => {
  const machine = createMachine()
  machine.setClock(1000 * day)
  machine.run(20)
  machine.setClock(0)
  machine.run(2)
  expect(machine.lateMs).toBe(0)
  machine.run(100)
  expect(machine.lateMs).toBe(0)
})

it('is some hours late at a relay that is off every night, and no more', () => {
  const machine = createMachine()
  for (let days = 0; days < 60; days++) {
    machine.run(16)
    machine.off(8)
    expect(machine.lateMs).toBeLessThanOrEqual(16 * hour)
    expect(machine.lateMs).toBeGreaterThanOrEqual(0)
  }
})

it('is the same on a host that is suspended', () => {
  const machine = createMachine()
  for (let days = 0; days < 60; days++) {
    machine.run(9)
    machine.suspend(15)
    expect(machine.lateMs).toBeLessThanOrEqual(45 * hour)
  }
})

it('comes to believe the clock of a relay that runs for some hours a week', () => {
  const machine = createMachine()
  let least = Infinity
  for (let week = 0; week < 30; week++) {
    machine.run(3)
    least = week > 0 ? Math.min(least, machine.lateMs) : least
    machine.off(165)
    expect(machine.lateMs).toBeLessThanOrEqual(10 * 7 * day)
  }
  expect(least).toBe(0)
})

it('gives a clock that jumps far while shorter absences are waited for a day of its own', () => {
  const machine = createMachine()
  machine.run(16)
  machine.off(8)
  machine.run(20)
  machine.setClock(1000 * day)
  machine.run(23)
  expect(machine.lateMs).toBeGreaterThanOrEqual(0)
  machine.setClock(0)
  expect(machine.lateMs).toBeGreaterThanOrEqual(0)
})

it('goes on at a machine whose clock starts in 1970 until the network sets it, night after night', () => {
  const machine = createMachine()
  for (let days = 0; days < 30; days++) {
    machine.run(16)
    machine.setClock(-begin)
    machine.off(8)
    machine.run(1)
    machine.setClock(0)
    expect(machine.lateMs).toBeLessThanOrEqual(3 * day)
    expect(machine.lateMs).toBeGreaterThanOrEqual(0)
  }
})

it('gives a clock that jumps far ahead a day of its own, also after one that came back from 1970', () => {
  const machine = createMachine()
  machine.setClock(-begin)
  machine.setClock(0)
  machine.run(20)
  machine.setClock(50 * 365 * day)
  machine.run(23)
  expect(machine.lateMs).toBeGreaterThanOrEqual(0)
  machine.run(1)
  expect(machine.lateMs).toBe(-50 * 365 * day)
})
