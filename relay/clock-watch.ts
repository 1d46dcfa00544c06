// By which time things expire. A clock that is years ahead for a minute must not delete everything; and a relay that is
// switched off every night, or a host that is suspended, must not keep everything for ever, though neither can be told from a
// clock that was set.
//
// [Note: Believed time] The believed time goes on with a clock that nobody sets. Where the clock of the machine is not where
// it should be by that, the believed time lags behind it until the relay has been running for a day since; then it catches up.
// What expires goes on doing so meanwhile, by the believed time:
//
//   clock      ──────┐ off ┌──────────────────┐ off ┌─────────
//   believed   ────────────────── lags ────┐──────── lags ────   (└ a day of running: it catches up)
//
// A jump in that day begins it anew only when it takes the clock more than twice as far ahead of the believed time as those that
// are waited for. So regular absences do not put off the end for ever, and one that is much larger, as of a clock that is
// wrong, gets a day of its own.
// A clock that is behind the believed time is believed at once: by it nothing expires too early.

/** What a restart has to know. */
export interface ClockNote {
  /** The clock at the last look. */
  readonly atMs: number
  /** How long the relay had to run from then on until the clock was believed; 0: it was. */
  readonly waitMs: number
  /** How far the clock was ahead of the believed time; negative: behind. */
  readonly lagMs: number
  /** The largest jump ahead of the believed time that is waited for. */
  readonly largestMs: number
}

export interface ClockWatch {
  /** Compares the time that passed since the last look with that of a clock nobody sets. */
  look(): { readonly note: ClockNote; readonly believedMs: number; readonly jumped: boolean }
}

export function createClockWatch(options: {
  readonly now: () => number
  /** Milliseconds since some moment, never set; stands still while the machine is suspended. */
  readonly monotonicNow: () => number
  /** From before the restart. The time the relay was not running is not known: a long one counts as a jump. */
  readonly earlier: ClockNote | undefined
  readonly jumpMs: number
  readonly waitMs: number
}): ClockWatch {
  const { now, monotonicNow, earlier } = options
  let expectedMs = earlier?.atMs ?? now()
  let lookedAtMs = monotonicNow()
  let { waitMs, lagMs, largestMs } = earlier ?? { waitMs: 0, lagMs: 0, largestMs: 0 }

  return {
    look() {
      const passedMs = monotonicNow() - lookedAtMs
      lookedAtMs += passedMs
      waitMs = Math.max(0, waitMs - passedMs)
      if (waitMs === 0) [lagMs, largestMs] = [0, 0]
      const atMs = now()
      const differenceMs = atMs - expectedMs - passedMs
      const jumped = Math.abs(differenceMs) > options.jumpMs
      if (jumped) {
        lagMs += differenceMs
        // A clock that comes back from 1970 is where it was: that jump must not make one to a wrong time look usual.
        const aheadMs = Math.max(0, Math.min(differenceMs, lagMs))
        if (waitMs === 0 || aheadMs > 2 * largestMs) waitMs = options.waitMs
        largestMs = Math.max(largestMs, aheadMs)
      }
      expectedMs = atMs
      return { note: { atMs, waitMs, lagMs, largestMs }, believedMs: atMs - Math.max(0, lagMs), jumped }
    },
  }
}
