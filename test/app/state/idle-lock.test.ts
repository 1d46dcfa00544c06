import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readLockAfter, startIdleLock, writeLockAfter } from '../../../src/app/state/idle-lock.ts'
import type { Kept } from '../../../src/app/state/kept.ts'

const minute = 60_000

/** What all tabs of a browser share. */
function sharedKept(): Kept {
  const values = new Map<string, string>()
  return {
    get: (key) => values.get(key),
    set: (key, value) => void (value === undefined ? values.delete(key) : values.set(key, value)),
  }
}

class FakeDocument extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible'
}

let kept: Kept
const ends: (() => void)[] = []

function openTab(canLock = () => true) {
  const page = new FakeDocument()
  const lock = vi.fn<() => void>()
  ends.push(startIdleLock({ document: page as FakeDocument & Document, kept, now: Date.now, canLock, lock }))
  return {
    lock,
    use: (type = 'pointerdown') => page.dispatchEvent(new Event(type)),
    show(visibilityState: DocumentVisibilityState) {
      page.visibilityState = visibilityState
      page.dispatchEvent(new Event('visibilitychange'))
    },
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  kept = sharedKept()
})
afterEach(() => {
  for (const end of ends.splice(0)) end()
  vi.useRealTimers()
})

describe('the lock after a time without use', () => {
  it('comes after 15 minutes unless something else was chosen', () => {
    const tab = openTab()
    vi.advanceTimersByTime(15 * minute - 1)
    expect(tab.lock).not.toHaveBeenCalled()
    vi.advanceTimersByTime(10_000)
    expect(tab.lock).toHaveBeenCalled()
  })

  it('waits while the app is used, also by a video that plays', () => {
    writeLockAfter(kept, 1)
    const tab = openTab()
    for (const use of ['pointermove', 'keydown', 'wheel', 'touchmove', 'timeupdate'] as const) {
      vi.advanceTimersByTime(minute - 10_001)
      tab.use(use)
      expect(tab.lock, use).not.toHaveBeenCalled()
    }
    vi.advanceTimersByTime(minute + 10_000)
    expect(tab.lock).toHaveBeenCalled()
  })

  it('counts what happens in other tabs', () => {
    writeLockAfter(kept, 5)
    const [used, idle] = [openTab(), openTab()]
    for (let count = 0; count < 6; count += 1) {
      vi.advanceTimersByTime(4 * minute)
      used.use()
    }
    expect(used.lock).not.toHaveBeenCalled()
    expect(idle.lock).not.toHaveBeenCalled()
  })

  it('does not take a hidden tab for used', () => {
    writeLockAfter(kept, 1)
    const tab = openTab()
    tab.show('hidden')
    vi.advanceTimersByTime(30_000)
    tab.use('timeupdate')
    vi.advanceTimersByTime(40_000)
    expect(tab.lock).toHaveBeenCalled()
  })

  it('comes at once to a machine that wakes up after the time, and to whoever touches it then', () => {
    for (const wake of ['show', 'use'] as const) {
      const tab = openTab()
      // Nothing ran meanwhile.
      vi.setSystemTime(Date.now() + 60 * minute)
      if (wake === 'show') tab.show('visible')
      else tab.use()
      expect(tab.lock).toHaveBeenCalledTimes(1)
    }
  })

  it('waits for what a lock would lose', () => {
    let isPreparing = true
    const tab = openTab(() => !isPreparing)
    vi.advanceTimersByTime(20 * minute)
    expect(tab.lock).not.toHaveBeenCalled()
    isPreparing = false
    vi.advanceTimersByTime(10_000)
    expect(tab.lock).toHaveBeenCalled()
  })

  it('never comes when that was chosen, and follows a choice made in another tab', () => {
    writeLockAfter(kept, undefined)
    const tab = openTab()
    vi.advanceTimersByTime(24 * 60 * minute)
    expect(tab.lock).not.toHaveBeenCalled()
    writeLockAfter(kept, 60)
    vi.advanceTimersByTime(10_000)
    expect(tab.lock).toHaveBeenCalled()
  })

  it('is not put off by a time in the future that somebody wrote', () => {
    const tab = openTab()
    kept.set('safelight:used-at', String(Date.now() + 10_000 * minute))
    vi.advanceTimersByTime(10_000)
    kept.set('safelight:used-at', 'not a number')
    vi.advanceTimersByTime(16 * minute)
    expect(tab.lock).toHaveBeenCalled()
  })
})

describe('a clock that is put back', () => {
  for (const use of [false, true]) {
    it(`delays the lock by no more than the chosen time, ${use ? 'used' : 'untouched'} since`, () => {
      writeLockAfter(kept, 1)
      const tab = openTab()
      vi.setSystemTime(Date.now() - 180 * minute)
      if (use) tab.use()
      vi.advanceTimersByTime(minute - 1)
      expect(tab.lock).not.toHaveBeenCalled()
      vi.advanceTimersByTime(20_000)
      expect(tab.lock).toHaveBeenCalled()
    })
  }

  it('counts what happens in other tabs after it', () => {
    writeLockAfter(kept, 1)
    const [used, idle] = [openTab(), openTab()]
    vi.setSystemTime(Date.now() - 180 * minute)
    for (let count = 0; count < 6; count += 1) {
      vi.advanceTimersByTime(40_000)
      used.use()
    }
    expect(used.lock).not.toHaveBeenCalled()
    expect(idle.lock).not.toHaveBeenCalled()
  })
})

it('reads what is no choice as 15 minutes', () => {
  kept.set('safelight:lock-after', '0')
  expect(readLockAfter(kept)).toBe(15)
  kept.set('safelight:lock-after', 'nonsense')
  expect(readLockAfter(kept)).toBe(15)
})
