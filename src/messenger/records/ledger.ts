// The one writer. Every change of what is stored runs alone, sees its own pending writes, and is committed whole:
// message, ratchet state and outbox entry together or not at all. Effects run only after the commit.

import type { Store, Write } from '../ports.ts'
import type { Table } from './table.ts'

/** What one change has written so far. Valid only inside the `change` that made it. */
export interface Change {
  get<T>(table: Table<T>, key: string): Promise<T | undefined>
  put<T>(table: Table<T>, key: string, row: T): void
  delete<T>(table: Table<T>, key: string): void
  /** Runs once the writes are durable. */
  after(effect: () => void): void
}

export interface Ledger {
  /** Runs alone; commits what `work` wrote when it resolves; a rejection writes nothing. */
  change<T>(work: (change: Change) => Promise<T>): Promise<T>
  /** Resolves when every change that was begun has ended. */
  settled(): Promise<void>
}

interface Pending {
  readonly row: unknown
  readonly write: Write
  readonly committed: () => void
}

export function createLedger(store: Store): Ledger {
  let last: Promise<unknown> = Promise.resolve()

  async function run<T>(work: (change: Change) => Promise<T>): Promise<T> {
    const pending = new Map<unknown, Map<string, Pending>>()
    const effects: (() => void)[] = []
    const set = <R>(table: Table<R>, key: string, row: R | undefined): void => {
      const rows = pending.get(table) ?? new Map<string, Pending>()
      pending.set(table, rows)
      rows.set(key, { row, write: table.write(key, row), committed: () => table.committed(key, row) })
    }
    const result = await work({
      async get<R>(table: Table<R>, key: string) {
        const own = pending.get(table)?.get(key)
        // Written through `put` with the same table, so the row is of the table's type.
        return own === undefined ? table.get(key) : (own.row as R | undefined)
      },
      put: set,
      delete: (table, key) => set(table, key, undefined),
      after: (effect) => effects.push(effect),
    })
    const all = [...pending.values()].flatMap((rows) => [...rows.values()])
    if (all.length > 0) await store.commit(all.map(({ write }) => write))
    for (const { committed } of all) committed()
    for (const effect of effects) effect()
    return result
  }

  return {
    change(work) {
      const next = last.then(() => run(work))
      last = next.catch(() => undefined)
      return next
    },
    settled: async () => {
      await last
    },
  }
}
