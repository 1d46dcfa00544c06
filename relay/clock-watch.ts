// Notices that the clock of this machine was set. What expires, and which mailbox is abandoned, is decided by it; a clock
// that is years ahead for a minute must not delete everything.

/** What a restart has to know. */
export interface ClockNote {
  /** The clock at the last look. */
  readonly atMs: number
  /** How long it was not to be believed from then on. */
  readonly waitMs: number
}

export interface ClockWatch {
  /** Compares the time that passed since the last look with that of a clock nobody sets. */
  look(): ClockNote & { readonly jumped: boolean }
}

export function createClockWatch(options: {
  readonly now: () => number
  /** Milliseconds since some moment, never set. */
  readonly monotonicNow: () => number
  /** From before the restart. The time the relay was not running is not known: a long one counts as a jump. */
  readonly earlier: ClockNote | undefined
  readonly jumpMs: number
  readonly waitMs: number
}): ClockWatch {
  const { now, monotonicNow, earlier } = options
  let expectedMs = earlier?.atMs ?? now()
  let lookedAtMs = monotonicNow()
  let waitMs = earlier?.waitMs ?? 0

  return {
    look() {
      const passedMs = monotonicNow() - lookedAtMs
      lookedAtMs += passedMs
      const atMs = now()
      const jumped = Math.abs(atMs - expectedMs - passedMs) > options.jumpMs
      waitMs = jumped ? options.waitMs : Math.max(0, waitMs - passedMs)
      expectedMs = atMs
      return { atMs, waitMs, jumped }
    },
  }
}
