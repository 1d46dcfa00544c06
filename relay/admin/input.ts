// What the command line hands over, checked.

import { fromHex } from '../../src/protocol/bytes.ts'
import { SetupError } from '../setup-error.ts'

/** From 1. @throws SetupError */
export function numberOf(value: unknown, name: string, { most = 2 ** 31 }: { readonly most?: number }): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new SetupError(`The number of ${name} has to be a whole one from 1 to ${most}.`)
}

/** Of a mailbox or a blob: 64 hex digits. @throws SetupError */
export function idOf(value: unknown): Uint8Array {
  const id = typeof value === 'string' ? fromHex(value.toLowerCase()) : undefined
  if (id?.length === 32) return id
  throw new SetupError('The id of a mailbox or a blob has 64 hexadecimal digits.')
}
