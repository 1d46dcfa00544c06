// Operations to the members of a group, as actions in the session of each: at once those of mine, and to whoever lacks
// some what they lack.

import { fromHex } from '../../protocol/bytes.ts'
import type { Entry } from '../../protocol/group/log.ts'
import { chunkOperations } from '../../protocol/group/sync.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import type { Change } from '../records/ledger.ts'
import type { Group } from './directory.ts'
import { contactOf, isReachable } from './people.ts'

export type Spread = (
  change: Change,
  group: Group,
  entries: readonly Entry[],
  /** Fingerprints, in hexadecimal. */
  people: Iterable<string>,
) => Promise<void>

export function createSpread(context: Context, send: SendAction): Spread {
  return async (change, group, entries, people) => {
    const id = fromHex(group.id)
    if (id === undefined || entries.length === 0) return
    const heads = group.log.heads.slice(-8).map(({ operation }) => operation.hash)
    for (const person of new Set(people)) {
      const contact = contactOf(context, person)
      if (contact === undefined || !isReachable(contact[1])) continue
      const [contactId, { conversationId }] = contact
      for (const operations of chunkOperations(entries))
        await send(
          change,
          { conversationId, contactIds: [contactId] },
          { kind: 'operations', group: id, heads, operations },
        )
    }
  }
}
