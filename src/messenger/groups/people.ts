// People of a group as this device knows them.

import { toHex } from '../../protocol/bytes.ts'
import type { Context } from '../context.ts'
import type { ContactRow } from '../records/rows.ts'

/** The contact that an account is, by its fingerprint in hexadecimal. */
export function contactOf(
  { tables }: Pick<Context, 'tables'>,
  fingerprint: string,
): readonly [id: string, row: ContactRow] | undefined {
  return [...tables.contacts.held()].find(([, row]) => toHex(row.fingerprint) === fingerprint)
}

/** Whether what is said in a group goes to them: we have a session, or will have when they answer. */
export function isReachable({ state }: ContactRow): boolean {
  return state === 'accepted' || state === 'asked'
}
