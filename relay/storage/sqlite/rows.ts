// Typed access to result rows. A row that is not as the schema says means a damaged file, and throws.

import type { SQLOutputValue } from 'node:sqlite'

export class UnexpectedRow extends Error {
  override readonly name = 'UnexpectedRow'
}

export type Row = Readonly<Record<string, SQLOutputValue>>

export function integerOf(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new UnexpectedRow('a stored value is not an integer')
  return value
}

export function textOf(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new UnexpectedRow('a stored value is not a text')
  return value
}

export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column]
  if (!(value instanceof Uint8Array)) throw new UnexpectedRow('a stored value is not bytes')
  return value
}

export function optionalBytesOf(row: Row, column: string): Uint8Array | undefined {
  return row[column] === null ? undefined : bytesOf(row, column)
}
