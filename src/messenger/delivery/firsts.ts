// The memory of first messages (docs/protocol.md §3): which session one began, so that a repeat never begins another.
// Kept while the session lives, or a private key that could open the repeat. Nothing is forgotten to make room: whoever
// has an address would only have to send enough of them, and repeat an old one then.

import { toHex } from '../../protocol/bytes.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { Context } from '../context.ts'
import { limits } from '../limits.ts'
import { sureNow } from '../sure-time.ts'

/**
 * False: a new first message has to wait where it is until others are forgotten. `contactId`: in the mailbox of this
 * contact, whom nobody else waits behind; those in an invite's are as many as it has uses.
 */
export function mayRemember({ tables }: Pick<Context, 'tables'>, contactId?: string): boolean {
  let all = 0
  let own = 0
  for (const [, first] of tables.firsts.held()) {
    all += 1
    if (first.contactId === contactId) own += 1
  }
  return all < limits.firsts && own < limits.firstsPerContact
}

/** Forgets what nothing could come of any more. */
export async function forgetFirsts(context: Context): Promise<void> {
  const { tables, ledger } = context
  const lives = new Set<string>()
  for (const [, { sessions, pending }] of tables.sessions.held())
    for (const { sid } of [...sessions.map(({ session }) => session), ...(pending ? [pending.session] : [])])
      lives.add(toHex(sid))
  // Every prekey was made before the first message that used it came, and its private key goes after this time.
  const oldestMs = sureNow(context) - protocolLimits.prekeySecretLifetimeMs
  const over = [...tables.firsts.held()].filter(([, { at, sid }]) => at < oldestMs && !lives.has(toHex(sid)))
  if (over.length === 0) return
  await ledger.change(async (change) => {
    for (const [key] of over) change.delete(tables.firsts, key)
  })
}
