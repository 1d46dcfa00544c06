// Lets many changes share one fsync.
//
// [Note: Group commit] An fsync costs milliseconds whatever it covers. Jobs that arrive while the event loop is busy
// (reading the network, or inside the previous fsync) wait in a queue; one turn later all of them run in one
// transaction, each in a savepoint so that a failing one takes nothing along, and their promises resolve after COMMIT.
// Reads wait behind queued changes, so that calls take effect in call order; with none queued they run at once.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { StoreErrorCode } from '../store.ts'
import { StoreError } from '../store.ts'
import { UnexpectedRow } from './rows.ts'

export interface GroupCommit {
  change<T>(job: () => T): Promise<T>
  read<T>(job: () => T): Promise<T>
  /** Whether any job so far met a damaged page or row. */
  isDamaged(): boolean
  /** Runs what is queued. */
  flush(): void
}

interface Queued {
  readonly run: () => void
  readonly fail: (error: unknown) => void
  readonly settle: () => void
}

export function createGroupCommit(
  database: DatabaseSync,
  options: { readonly jobsPerCommit: number; readonly afterCommit: () => void },
): GroupCommit {
  let queue: Queued[] = []
  let damaged = false
  let scheduled: NodeJS.Immediate | undefined
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const rollback = database.prepare('ROLLBACK')
  const savepoint = database.prepare('SAVEPOINT job')
  const release = database.prepare('RELEASE job')
  const undo = database.prepare('ROLLBACK TO job')

  function enqueue<T>(job: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let outcome: { readonly value: T } | undefined
      queue.push({
        run: () => {
          outcome = { value: job() }
        },
        fail: (error) => reject(noted(error)),
        settle: () => {
          if (outcome !== undefined) resolve(outcome.value)
        },
      })
      scheduled ??= setImmediate(flush)
    })
  }

  function flush(): void {
    if (scheduled !== undefined) clearImmediate(scheduled)
    scheduled = undefined
    while (queue.length > 0) {
      const batch = queue.slice(0, options.jobsPerCommit)
      queue = queue.slice(options.jobsPerCommit)
      runBatch(batch)
    }
  }

  function runBatch(batch: readonly Queued[]): void {
    const done: Queued[] = []
    try {
      begin.run()
      for (const job of batch) if (runJob(job)) done.push(job)
      commit.run()
    } catch (error) {
      // Nothing of this batch is certain to be on the disk: everybody in it is told so.
      if (database.isTransaction) attempt(rollback)
      for (const job of batch) job.fail(error)
      options.afterCommit()
      return
    }
    options.afterCommit()
    for (const job of done) job.settle()
  }

  function runJob(job: Queued): boolean {
    savepoint.run()
    try {
      job.run()
      release.run()
      return true
    } catch (error) {
      // A full disk may have rolled back the whole transaction already; then the batch fails as one.
      if (!database.isTransaction) throw error
      undo.run()
      release.run()
      job.fail(error)
      return false
    }
  }

  async function runNow<T>(job: () => T): Promise<T> {
    try {
      return job()
    } catch (error) {
      throw noted(error)
    }
  }

  function noted(error: unknown): StoreError {
    const storeError = toStoreError(error)
    damaged ||= storeError.code === 'damaged'
    return storeError
  }

  return {
    change: enqueue,
    read: (job) => (queue.length > 0 ? enqueue(job) : runNow(job)),
    flush,
    isDamaged: () => damaged,
  }
}

function attempt(statement: StatementSync): void {
  try {
    statement.run()
  } catch {
    // The error that led here is the one that is reported.
  }
}

/** By SQLite's primary result code: FULL, CORRUPT, NOTADB. */
const storeErrorCodes = new Map<number, StoreErrorCode>([
  [13, 'disk-full'],
  [11, 'damaged'],
  [26, 'damaged'],
])

function toStoreError(error: unknown): StoreError {
  const errcode = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  const code = typeof errcode === 'number' ? storeErrorCodes.get(errcode & 0xff) : undefined
  return new StoreError(code ?? (error instanceof UnexpectedRow ? 'damaged' : 'failed'), { cause: error })
}
