// A typed view of one named store. Small tables are held in memory whole; the ledger keeps them current.

import type { Codec } from '../../protocol/cbor/codec.ts'
import { decodeWith, encodeWith } from '../../protocol/cbor/codec.ts'
import type { RowRange, Store, Write } from '../ports.ts'
import { StorageError } from '../ports.ts'
import { rowBounds } from './shapes/fields.ts'

export interface Keyed<T> {
  readonly key: string
  readonly row: T
}

export class Table<T> {
  readonly #store: Store
  readonly #name: string
  readonly #codec: Codec<T>
  #memory: Map<string, T> | undefined

  constructor(store: Store, name: string, codec: Codec<T>) {
    this.#store = store
    this.#name = name
    this.#codec = codec
  }

  /** Reads the whole table into memory and answers from there from now on. */
  async hold(): Promise<this> {
    const rows = await this.list()
    this.#memory = new Map(rows.map(({ key, row }) => [key, row]))
    return this
  }

  async get(key: string): Promise<T | undefined> {
    if (this.#memory !== undefined) return this.#memory.get(key)
    const value = await this.#store.get(this.#name, key)
    return value === undefined ? undefined : this.#decode(value)
  }

  /** Every row of a held table, without waiting. */
  held(): IterableIterator<[string, T]> {
    return (this.#memory ?? new Map<string, T>()).entries()
  }

  /** A row of a held table, without waiting. */
  peek(key: string): T | undefined {
    return this.#memory?.get(key)
  }

  async list(range?: RowRange): Promise<readonly Keyed<T>[]> {
    const rows = await this.#store.list(this.#name, range)
    return rows.map(({ key, value }) => ({ key, row: this.#decode(value) }))
  }

  /** For the ledger alone: the write of one row, undefined deletes. */
  write(key: string, row: T | undefined): Write {
    return row === undefined
      ? { kind: 'delete', store: this.#name, key }
      : { kind: 'put', store: this.#name, key, value: encodeWith(this.#codec, row) }
  }

  /** For the ledger alone: the row was committed. */
  committed(key: string, row: T | undefined): void {
    if (row === undefined) this.#memory?.delete(key)
    else this.#memory?.set(key, row)
  }

  #decode(value: Uint8Array): T {
    const row = decodeWith(this.#codec, value, rowBounds)
    if (row === undefined) throw new StorageError('damaged')
    return row
  }
}

/** Digits of an order or sequence in a key: keys then sort as numbers do, up to 2^48. */
export function orderKey(order: number): string {
  return order.toString(16).padStart(12, '0')
}
