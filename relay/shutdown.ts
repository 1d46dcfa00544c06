// Undoes what was started, in reverse order: when a relay stops, and when a later step of its start fails.

import type { Log } from './log.ts'
import { errorFields } from './log.ts'

type Step = () => Promise<void> | void

export interface Shutdown {
  add(step: Step): void
  /** Each step has its time, and one that fails does not keep the next. Safe to call twice. */
  run(): Promise<void>
}

export function createShutdown({ stepMs, log }: { readonly stepMs: number; readonly log: Log }): Shutdown {
  const steps: Step[] = []
  let running: Promise<void> | undefined

  async function runAll(): Promise<void> {
    for (const step of steps.toReversed()) {
      try {
        await withTimeout(step(), stepMs)
      } catch (error) {
        log.warn(errorFields(error), 'a part of the relay did not stop cleanly')
      }
    }
  }

  return {
    add: (step) => void steps.push(step),
    run: () => (running ??= runAll()),
  }
}

async function withTimeout(step: Promise<void> | void, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), timeoutMs)
  })
  try {
    await Promise.race([step, timeout])
  } finally {
    clearTimeout(timer)
  }
}
