// Removes what has expired: rows, then files; and folders that no row knows (a crash between the two leaves one, and so
// does a folder that could not be emptied because a segment was being written).

import type { SegmentFiles } from './blobs/segment-files.ts'
import type { ClockWatch } from './clock-watch.ts'
import { createClockWatch } from './clock-watch.ts'
import type { RelayLimits } from './limits.ts'
import type { Log } from './log.ts'
import { errorFields } from './log.ts'
import type { RelayStore } from './storage/store.ts'

const hourMs = 60 * 60 * 1000

export interface Sweeper {
  /** Removes everything that has expired by now. */
  sweep(): Promise<void>
  /** Removes what is left of mailboxes that were closed. */
  removeClosed(): Promise<void>
  stop(): Promise<void>
}

export interface SweeperOptions {
  readonly store: RelayStore
  readonly files: SegmentFiles
  readonly limits: RelayLimits
  readonly log: Log
  readonly now: () => number
  readonly monotonicNow: () => number
}

export function startSweeper({ store, files, limits, log, now, monotonicNow }: SweeperOptions): Sweeper {
  let stopped = false
  // One after the other; each waits for the one before.
  let running: Promise<void> = Promise.resolve()

  const portion = { rows: limits.sweepRows, bytes: limits.sweepBytes }
  let clock: ClockWatch | undefined
  /** Whether a removal of closed mailboxes waits to begin. */
  let isAsked = false

  async function sweepExpired(): Promise<void> {
    clock ??= createClockWatch({
      now,
      monotonicNow,
      earlier: await store.clock.read(),
      jumpMs: limits.clockJumpMs,
      waitMs: limits.clockWaitMs,
    })
    const { note, believedMs, jumped } = clock.look()
    if (jumped) {
      const hours = { aheadHours: note.lagMs / hourMs, waitHours: note.waitMs / hourMs }
      log.warn(hours, 'the clock was set, or the relay was away: for now things expire by the time before')
    }
    // On a full disk removing comes first.
    await store.clock.write(note).catch(() => undefined)
    await sweepRows(believedMs)
    await sweepBlobs(believedMs)
    for (let more = true; more && !stopped;) more = await store.compact()
  }

  async function sweepRows(nowMs: number): Promise<void> {
    const idleSinceMs = { contact: nowMs - limits.mailboxIdleMs, invite: nowMs - limits.inviteIdleMs }
    for (let more = true; more && !stopped;) {
      more = await store.sweep({ nowMs, limit: portion, idleSinceMs })
    }
  }

  async function sweepClosed(): Promise<void> {
    isAsked = false
    for (let more = true; more && !stopped;) more = await store.removeClosed(portion)
  }

  async function sweepBlobs(expiredAtMs: number): Promise<void> {
    while (!stopped) {
      const folders = await store.blobs.candidates({ nowMs: expiredAtMs, limit: limits.sweepRows, oldest: false })
      if (folders.length === 0) return
      for (const folder of folders) await removeBlob(store, files, folder, { expiredAtMs })
    }
  }

  async function sweepOrphans(): Promise<void> {
    for await (const folder of files.folders()) {
      if (stopped) return
      if (!(await store.blobs.exists(folder))) await files.removeFolder(folder).catch(() => undefined)
    }
  }

  function enqueue(...jobs: readonly (() => Promise<void>)[]): Promise<void> {
    running = running.then(async () => {
      try {
        for (const job of jobs) await job()
      } catch (error) {
        if (!stopped) log.error(errorFields(error), 'sweep failed')
      }
    })
    return running
  }

  void enqueue(sweepExpired, sweepOrphans, () => files.removeUnfinished())
  const timer = setInterval(() => void enqueue(sweepExpired, sweepOrphans), limits.sweepMs)
  timer.unref()

  return {
    sweep: () => enqueue(sweepExpired, sweepOrphans),
    removeClosed() {
      if (isAsked) return running
      isAsked = true
      return enqueue(sweepClosed)
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}

/** The row first: without it nobody finds the files, and what is left of them is an orphan for the next sweep. */
export async function removeBlob(
  store: RelayStore,
  files: SegmentFiles,
  folder: number,
  options?: { readonly expiredAtMs: number },
): Promise<void> {
  if (await store.blobs.remove(folder, options)) await files.removeFolder(folder).catch(() => undefined)
}
