// Locks the app when nobody has used it for a while. All tabs share the time of the last use, and each of them looks: the
// one that notices first locks them all. A hidden tab is not used; a video that plays is. Loaded where there is something
// to lock.

import type { Kept } from './kept.ts'

export const lockChoices = [1, 5, 15, 60] as const
/** Minutes; undefined: never. */
export type LockAfter = (typeof lockChoices)[number] | undefined

const minuteMs = 60_000
const lookEveryMs = 10_000
/** Closer together, uses count as one. */
const noteEveryMs = 5000
const afterKey = 'safelight:lock-after'
const usedKey = 'safelight:used-at'
const never = 'never'
const uses = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove', 'timeupdate'] as const

export interface IdleLockOptions {
  readonly document: Document
  readonly kept: Kept
  readonly now: () => number
  /** Whether there is anything to lock, and nothing that a lock would lose. */
  readonly canLock: () => boolean
  readonly lock: () => void
}

/** Returns a function that ends it. */
export function startIdleLock({ document, kept, now, canLock, lock }: IdleLockOptions): () => void {
  // Where the browser keeps nothing for the page, each tab counts for itself.
  let usedAt = now()
  const lastUse = () => {
    // A clock that was put back: the time until then has passed for nobody.
    usedAt = Math.min(usedAt, now())
    const shared = Number(kept.get(usedKey))
    return shared <= now() ? Math.max(usedAt, shared) : usedAt
  }
  const look = (): boolean => {
    const minutes = readLockAfter(kept)
    const isDue = minutes !== undefined && now() - lastUse() >= minutes * minuteMs && canLock()
    if (isDue) lock()
    return isDue
  }
  const note = () => {
    const since = now() - usedAt
    if (document.visibilityState !== 'visible' || (since >= 0 && since < noteEveryMs)) return
    // Somebody who comes back after the time is up does not prolong it.
    if (look()) return
    usedAt = now()
    kept.set(usedKey, String(usedAt))
  }
  kept.set(usedKey, String(usedAt))
  for (const use of uses) document.addEventListener(use, note, { capture: true, passive: true })
  // Timers of hidden tabs are slow, and those of a sleeping machine stand still.
  document.addEventListener('visibilitychange', look)
  const timer = setInterval(look, lookEveryMs)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
    for (const use of uses) document.removeEventListener(use, note, { capture: true })
  }
}

/** Kept per browser, outside of the profile: every tab needs it, also one that does not own the messenger. */
export function readLockAfter(kept: Kept): LockAfter {
  const text = kept.get(afterKey)
  if (text === never) return undefined
  return lockChoices.find((minutes) => String(minutes) === text) ?? 15
}

export function writeLockAfter(kept: Kept, minutes: LockAfter): void {
  kept.set(afterKey, minutes === undefined ? never : String(minutes))
}
