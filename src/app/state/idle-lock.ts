// Locks the app when nobody has used it for a while. All tabs share the time of the last use, and each of them looks: the
// one that notices first locks them all. A hidden tab is not used; a video that plays is, and one that is recorded. Loaded
// where there is something to lock.
//
//   used ──chosen time──► due ──nothing unsent─────────────────────► locked
//    ▲                     │ something is in some tab alone             ▲
//    └──a person shows it──┴──► covered ──graceMs, whatever is unsent───┘

import type { Kept } from './kept.ts'

export const lockChoices = [1, 5, 15, 60] as const
/** Minutes; undefined: never. */
export type LockAfter = (typeof lockChoices)[number] | undefined

const minuteMs = 60_000
const lookEveryMs = 10_000
/** Closer together, uses count as one. */
const noteEveryMs = 5000
/** Timers of hidden tabs run once in a minute: so long what such a tab said is taken for true. */
const unsentForMs = 90_000
const afterKey = 'safelight:lock-after'
const usedKey = 'safelight:used-at'
const unsentKey = 'safelight:unsent-at'
const never = 'never'
const uses = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove', 'timeupdate'] as const

/** What this tab calls itself among the others. */
export const thisTab = crypto.randomUUID()

export interface IdleLockOptions {
  readonly tab: string
  readonly document: Document
  readonly kept: Kept
  readonly now: () => number
  /** Whether there is anything to lock, and nothing that has to be stored first. */
  readonly canLock: () => boolean
  /** Whether this tab holds what was recorded or chosen, which a lock would lose. */
  readonly hasUnsent: () => boolean
  /** Whether a camera or microphone records here, which ends by itself. */
  readonly isRecording: () => boolean
  /** Hides what is on the screen until somebody asks for it (`use`), or shows it again. `lockAt`: when the wait ends. */
  readonly cover: (lockAt: number | undefined) => void
  readonly lock: () => void
}

export interface IdleLock {
  /** Somebody wants to go on. */
  use(): void
  end(): void
}

/**
 * How long the lock waits for what is unsent, after the time is up. As long again as the person chose; long enough to
 * come back from a door bell, and never longer than a page may be left alone by default.
 */
export function graceMs(minutes: number): number {
  return Math.min(Math.max(minutes, 5), 15) * minuteMs
}

export function startIdleLock(options: IdleLockOptions): IdleLock {
  const { tab, document, kept, now, canLock, hasUnsent, isRecording, cover, lock } = options
  // Where the browser keeps nothing for the page, each tab counts for itself.
  let usedAt = now()
  const lastUse = () => {
    // A clock that was put back: the time until then has passed for nobody.
    usedAt = Math.min(usedAt, now())
    const shared = Number(kept.get(usedKey))
    return shared <= now() ? Math.max(usedAt, shared) : usedAt
  }
  const isUnsent = () => {
    if (hasUnsent()) kept.set(unsentKey, `${now()} ${tab}`)
    return hasUnsent() || isUnsentElsewhere(kept, tab, now())
  }
  /** @returns whether the time is up */
  const look = (): boolean => {
    const minutes = readLockAfter(kept)
    const unsent = isUnsent()
    const dueAt = lastUse() + (minutes ?? Infinity) * minuteMs
    const isDue = minutes !== undefined && now() >= dueAt && canLock()
    if (!isDue) {
      cover(undefined)
      if (isRecording() && document.visibilityState === 'visible') remember()
      return false
    }
    const lockAt = dueAt + graceMs(minutes)
    if (unsent && now() < lockAt) cover(lockAt)
    else lock()
    return true
  }
  const remember = () => {
    usedAt = now()
    kept.set(usedKey, String(usedAt))
  }
  const note = () => {
    const since = now() - usedAt
    if (document.visibilityState !== 'visible' || (since >= 0 && since < noteEveryMs)) return
    // Somebody who comes back after the time is up does not prolong it.
    if (!look()) remember()
  }
  remember()
  for (const event of uses) document.addEventListener(event, note, { capture: true, passive: true })
  // Timers of hidden tabs are slow, and those of a sleeping machine stand still.
  document.addEventListener('visibilitychange', look)
  const timer = setInterval(look, lookEveryMs)
  return {
    use() {
      remember()
      look()
    },
    end() {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
      for (const event of uses) document.removeEventListener(event, note, { capture: true })
    },
  }
}

/** Whether another tab said a moment ago that it holds what is not sent. */
export function isUnsentElsewhere(kept: Kept, tab: string, nowMs: number): boolean {
  const [at, by] = (kept.get(unsentKey) ?? '').split(' ')
  const since = nowMs - Number(at)
  return by !== undefined && by !== tab && since >= 0 && since < unsentForMs
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
