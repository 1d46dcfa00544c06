import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  graceMs,
  isUnsentElsewhere,
  readLockAfter,
  startIdleLock,
  writeLockAfter,
} from '../../../src/app/state/idle-lock.ts'
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
  const cover = vi.fn<(lockAt: number | undefined) => void>()
  const holds = { unsent: false, recording: false }
  const idleLock = startIdleLock({
    tab: `tab-${ends.length}`,
    document: page as FakeDocument & Document,
    kept,
    now: Date.now,
    canLock,
    hasUnsent: () => holds.unsent || holds.recording,
    isRecording: () => holds.recording,
    cover,
    lock,
  })
  ends.push(idleLock.end)
  return {
    lock,
    holds,
    goOn: idleLock.use,
    coveredUntil: () => cover.mock.lastCall?.[0],
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

describe('what a lock would lose', () => {
  it('is covered when the time is up, and lost only after as long again', () => {
    const tab = openTab()
    const start = Date.now()
    tab.holds.unsent = true
    vi.advanceTimersByTime(15 * minute - 1)
    expect(tab.coveredUntil()).toBeUndefined()
    vi.advanceTimersByTime(15 * minute)
    expect(tab.coveredUntil()).toBe(start + 30 * minute)
    expect(tab.lock).not.toHaveBeenCalled()
    vi.advanceTimersByTime(10_000)
    expect(tab.lock).toHaveBeenCalled()
  })

  it.each([
    [1, 5],
    [5, 5],
    [15, 15],
    [60, 15],
  ])('makes a lock after %i minutes wait for %i more', (minutes, more) => {
    expect(graceMs(minutes)).toBe(more * minute)
  })

  it('is not prolonged by a touch of what covers it, only by who asks to go on', () => {
    writeLockAfter(kept, 5)
    const tab = openTab()
    tab.holds.unsent = true
    vi.advanceTimersByTime(6 * minute)
    tab.use()
    vi.advanceTimersByTime(3 * minute)
    expect(tab.coveredUntil()).toBeDefined()
    tab.goOn()
    expect(tab.coveredUntil()).toBeUndefined()
    vi.advanceTimersByTime(6 * minute)
    expect(tab.coveredUntil()).toBeDefined()
    expect(tab.lock).not.toHaveBeenCalled()
    tab.use()
    vi.advanceTimersByTime(4 * minute)
    expect(tab.lock).toHaveBeenCalled()
  })

  it('is locked at once when it was sent or thrown away meanwhile', () => {
    writeLockAfter(kept, 5)
    const tab = openTab()
    tab.holds.unsent = true
    vi.advanceTimersByTime(6 * minute)
    tab.holds.unsent = false
    // Tabs believe each other for a while.
    vi.advanceTimersByTime(100_000)
    expect(tab.lock).toHaveBeenCalled()
  })

  it('is known to every tab, and all of them are covered', () => {
    writeLockAfter(kept, 5)
    const [holder, other] = [openTab(), openTab()]
    holder.holds.unsent = true
    vi.advanceTimersByTime(9 * minute)
    expect(other.lock).not.toHaveBeenCalled()
    expect(other.coveredUntil()).toBe(holder.coveredUntil())
    expect(other.coveredUntil()).toBeDefined()
    vi.advanceTimersByTime(minute)
    expect(other.lock).toHaveBeenCalled()
  })

  it('holds no lock up when it went with its tab', () => {
    writeLockAfter(kept, 1)
    const [holder, other] = [openTab(), openTab()]
    holder.holds.unsent = true
    vi.advanceTimersByTime(10_000)
    ends.shift()?.()
    vi.advanceTimersByTime(110_000)
    expect(other.lock).toHaveBeenCalled()
  })

  it('is not interrupted while it is recorded in sight', () => {
    writeLockAfter(kept, 1)
    const tab = openTab()
    tab.holds.recording = true
    vi.advanceTimersByTime(5 * minute)
    expect(tab.coveredUntil()).toBeUndefined()
    tab.holds.recording = false
    vi.advanceTimersByTime(minute + 90_000)
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

describe('what a tab holds and has not sent', () => {
  it('is known to the others while it does, and counts for itself only as far as it knows', () => {
    const holder = openTab()
    const tab = 'tab-0'
    expect(isUnsentElsewhere(kept, 'another', Date.now())).toBe(false)
    holder.holds.unsent = true
    vi.advanceTimersByTime(10_000)
    expect(isUnsentElsewhere(kept, 'another', Date.now())).toBe(true)
    // It was sent a moment ago: this tab need not ask about its own.
    expect(isUnsentElsewhere(kept, tab, Date.now())).toBe(false)
    holder.holds.unsent = false
    vi.advanceTimersByTime(90_000)
    expect(isUnsentElsewhere(kept, 'another', Date.now())).toBe(false)
  })
})
