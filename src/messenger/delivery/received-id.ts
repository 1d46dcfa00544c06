// Under which id a message of somebody is stored here. A message to a group has one id for all, and each of them could use it
// for something of their own before it arrives: what has the id of another person's is stored under one that is derived, so
// that nobody can keep a message of somebody else away. Actions and the like are known by who sent them from the beginning.

import { concatBytes, fromHex, toHex, utf8 } from '../../protocol/bytes.ts'
import { sha256 } from '../../protocol/primitives/hash.ts'
import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'

const idBytes = 16

export interface ReceivedId {
  readonly id: string
  /** Where it is, if it came before; without a key where it is not any more. */
  readonly known: { readonly key?: string } | undefined
}

/** @param id its own, in hexadecimal */
export async function receivedId(
  { tables }: Pick<Context, 'tables'>,
  change: Change,
  { contactId, fingerprint }: { readonly contactId: string; readonly fingerprint: Uint8Array },
  id: string,
): Promise<ReceivedId> {
  const known = await change.get(tables.messageIndex, id)
  if (known === undefined || !(await isOfAnother())) return { id, known }
  const derived = toHex(
    sha256(concatBytes(utf8('safelight message id'), fingerprint, fromHex(id) ?? new Uint8Array())).subarray(
      0,
      idBytes,
    ),
  )
  return { id: derived, known: await change.get(tables.messageIndex, derived) }

  async function isOfAnother(): Promise<boolean> {
    const row = known?.key === undefined ? undefined : await change.get(tables.messages, known.key)
    const by = row === undefined ? known?.by : row.senderId
    // Mine, which nobody else can have written.
    return by !== undefined && by !== contactId
  }
}

/** Of what is no message: nothing of somebody else's can have it. */
export function actionIndexKey(contactId: string, id: string): string {
  return `!/${contactId}/${id}`
}
