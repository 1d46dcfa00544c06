// What the desk remembers besides its messages: who its people are, who has whom, and what is still to be done. Ids and
// names, and no words of customers but the first ones of a request, until those are passed on. One SQLite file.

import { DatabaseSync } from 'node:sqlite'

export interface Customer {
  readonly contactId: string
  /** What staff call them by; never used twice. */
  readonly number: number
  /** As they call themselves. */
  readonly name: string
  /** Of the one member of staff who has them. */
  readonly staffId?: string
  readonly isOpen: boolean
  /** When they wrote what nobody has answered. */
  readonly waitingSince?: number
}

export interface Staff {
  readonly id: string
  /** Given by who invited them: it cannot pass for another one's. */
  readonly name: string
  /** May invite and remove. */
  readonly isLead: boolean
  /** `invited`: has a link. `asked`: used it, and is asked into the staff's group. `in`: is in it. `gone`: is no more. */
  readonly stage: 'invited' | 'asked' | 'in' | 'gone'
  readonly inviteId: string
  readonly contactId?: string
}

/** A message that the desk made of another one. */
export interface Copy {
  /** Id of this message. */
  readonly id: string
  readonly sourceId: string
  /** Contact id of the customer whom it is from, or to. */
  readonly customerId: string
  readonly to: 'staff' | 'customer'
  /** Of what staff see. */
  readonly part?: Part
  /** What staff were told of how far it got with the customer. */
  readonly told?: 'delivered' | 'seen' | 'failed'
}

export interface Note {
  readonly customerId: string
  /** The message of staff that it is. */
  readonly messageId: string
  readonly by: string
}

/**
 * What is to be done, under the id that a message gets by it: done twice, it is done once. Kept from the change that caused
 * it until it is done.
 */
export type Errand = { readonly id: string } & (
  | { readonly kind: 'say'; readonly to: 'staff' | { readonly contactId: string }; readonly text: string }
  /** What a customer wrote, to the staff: `words` all at once, `media` when they have come. */
  | { readonly kind: 'pass'; readonly sourceId: string; readonly customerId: string; readonly part: Part }
  | { readonly kind: 'reply'; readonly sourceId: string; readonly customerId: string }
  | { readonly kind: 'mark'; readonly messageId: string; readonly emoji: string }
  | { readonly kind: 'show'; readonly customerId: string }
  | { readonly kind: 'link'; readonly name: string; readonly contactId: string }
  | { readonly kind: 'ask' | 'remove' | 'block'; readonly contactId: string }
  | { readonly kind: 'revoke'; readonly inviteId: string }
)
export type Part = 'all' | 'words' | 'media'

export interface Shelf<T> {
  get(key: string): T | undefined
  put(key: string, value: T): void
  delete(key: string): void
  /** In the order in which they were first put. */
  all(): readonly T[]
  newest(count: number): readonly T[]
}

export interface Book extends Disposable {
  /** By contact id. */
  readonly customers: Shelf<Customer>
  readonly staff: Shelf<Staff>
  readonly copies: Shelf<Copy>
  /** Ids of copies by the id of their source. */
  readonly copiesOf: Shelf<readonly string[]>
  readonly notes: Shelf<Note>
  readonly errands: Shelf<Errand>
  /** Up to which order each conversation was read. */
  readonly read: Shelf<number>
  readonly facts: Shelf<string>
  /** All of it is on the disk when it returns, or nothing is. */
  change<T>(work: () => T): T
}

/** `:memory:` for a book that forgets. */
export function openBook(path: string): Book {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  db.exec('CREATE TABLE IF NOT EXISTS entries (place INTEGER PRIMARY KEY, shelf TEXT, key TEXT, value TEXT)')
  db.exec('CREATE UNIQUE INDEX IF NOT EXISTS entry ON entries (shelf, key)')
  const get = db.prepare('SELECT value FROM entries WHERE shelf = ? AND key = ?')
  const put = db.prepare(
    'INSERT INTO entries (shelf, key, value) VALUES (?, ?, ?) ON CONFLICT (shelf, key) DO UPDATE SET value = excluded.value',
  )
  const remove = db.prepare('DELETE FROM entries WHERE shelf = ? AND key = ?')
  const newest = db.prepare('SELECT value FROM entries WHERE shelf = ? ORDER BY place DESC LIMIT ?')

  function shelf<T>(name: string): Shelf<T> {
    const parse = (row: Readonly<Record<string, unknown>>): T => JSON.parse(String(row['value']))
    const last = (count: number) => newest.all(name, count).map(parse).toReversed()
    return {
      get(key) {
        const row = get.get(name, key)
        return row === undefined ? undefined : parse(row)
      },
      put: (key, value) => void put.run(name, key, JSON.stringify(value)),
      delete: (key) => void remove.run(name, key),
      all: () => last(-1),
      newest: last,
    }
  }

  return {
    customers: shelf('customers'),
    staff: shelf('staff'),
    copies: shelf('copies'),
    copiesOf: shelf('copies-of'),
    notes: shelf('notes'),
    errands: shelf('errands'),
    read: shelf('read'),
    facts: shelf('facts'),
    change(work) {
      db.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        db.exec('COMMIT')
        return result
      } catch (error) {
        db.exec('ROLLBACK')
        throw error
      }
    },
    [Symbol.dispose]: () => db.close(),
  }
}
