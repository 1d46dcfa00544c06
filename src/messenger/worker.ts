// A loop that runs while there is work, never twice at once. `kick` while it runs makes it look once more.
// When the work fails it tries again later, with growing pauses; a kick cuts the pause short.

import type { Clock, Log, Random } from './ports.ts'
import { StorageError, TransportError } from './ports.ts'
import { backoffMs, pause } from './wait.ts'

export interface Worker {
  kick(): void
  /** Resolves when the loop is idle or pausing. */
  idle(): Promise<void>
}

export interface WorkerOptions {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly signal: AbortSignal
  readonly retryMinMs: number
  readonly retryMaxMs: number
  readonly pass: () => Promise<PassOutcome>
}

/**
 * `again`: look once more at once; `soon`: after the shortest pause, because it went on; `later`: after a pause that grows;
 * `idle`: wait for a kick.
 */
export type PassOutcome = 'again' | 'soon' | 'later' | 'idle'

export function createWorker(options: WorkerOptions): Worker {
  const { clock, random, log, signal, retryMinMs, retryMaxMs } = options
  let running: Promise<void> | undefined
  let kicked = false
  let wake = new AbortController()
  let idle: (() => void)[] = []

  const rest = (): void => {
    for (const resolve of idle) resolve()
    idle = []
  }

  /** Whatever goes wrong in a pass, the work is still there: it is tried again. */
  async function attempt(): Promise<PassOutcome> {
    try {
      return await options.pass()
    } catch (error) {
      if (signal.aborted) return 'idle'
      if (error instanceof TransportError || error instanceof StorageError)
        log.debug('work-later', { code: error.code })
      else log.error('work-failed', { error: error instanceof Error ? error.name : 'unknown' })
      return 'later'
    }
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      kicked = false
      const outcome = await attempt()
      if (outcome === 'again' || outcome === 'soon') failures = 0
      if (outcome === 'again') continue
      if (kicked) continue
      if (outcome === 'idle') return
      rest()
      wake = new AbortController()
      const [byte = 0] = random.bytes(1)
      await pause(
        clock,
        backoffMs(failures, retryMinMs, retryMaxMs, byte / 256),
        AbortSignal.any([signal, wake.signal]),
      )
      failures += 1
    }
  }

  return {
    kick() {
      kicked = true
      wake.abort()
      if (running !== undefined || signal.aborted) return
      running = run().finally(() => {
        running = undefined
        rest()
        if (kicked && !signal.aborted) this.kick()
      })
    },
    idle: () => (running === undefined ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
  }
}
