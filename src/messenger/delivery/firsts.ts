// The memory of first messages (docs/protocol.md §3): which session one began, so that a repeat never begins another.
// Kept while the session lives, or a private key that could open the repeat.

import { toHex } from '../../protocol/bytes.ts'
import { limits } from '../../protocol/limits.ts'
import type { Context } from '../context.ts'
import { sureNow } from '../sure-time.ts'

/** Forgets what nothing could come of any more. */
export async function forgetFirsts(context: Context): Promise<void> {
  const { tables, ledger } = context
  const lives = new Set<string>()
  for (const [, { sessions, pending }] of tables.sessions.held())
    for (const { sid } of [...sessions.map(({ session }) => session), ...(pending ? [pending.session] : [])])
      lives.add(toHex(sid))
  // Every prekey was made before the first message that used it came, and its private key goes after this time.
  const oldestMs = sureNow(context) - limits.prekeySecretLifetimeMs
  const over = (await tables.firsts.list()).filter(({ row }) => row.at < oldestMs && !lives.has(toHex(row.sid)))
  if (over.length === 0) return
  await ledger.change(async (change) => {
    for (const { key } of over) change.delete(tables.firsts, key)
  })
}
