// Deletes private keys whose time is over, also where nothing new was offered since: what was said in first messages that
// they open can then be opened by nobody any more (docs/protocol.md §3).

import { decodePrekeySecrets, encodePrekeySecrets, withoutExpired } from '../../protocol/prekeys/secrets.ts'
import type { PrekeySecrets } from '../../protocol/prekeys/secrets.ts'
import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import { sureNow } from '../sure-time.ts'

export interface KeyForgetting {
  /** Looks a minute from now, when messages have gone first, and then every few hours. */
  start(): void
  stop(): void
}

export function createKeyForgetting(context: Context): KeyForgetting {
  const { tables, ledger, clock } = context
  let cancel: (() => void) | undefined

  /** What is left of them; undefined when nothing has expired. */
  function left(encoded: Uint8Array): PrekeySecrets | undefined {
    const secrets = decodePrekeySecrets(encoded)
    const kept = secrets && withoutExpired(secrets, sureNow(context))
    return kept === secrets ? undefined : kept
  }

  async function forgetPrekeys(): Promise<void> {
    for (const { key } of await tables.prekeys.list())
      await ledger.change(async (change) => {
        const row = await change.get(tables.prekeys, key)
        const kept = row && left(row.secrets)
        if (kept === undefined) return
        if (kept.sets.length === 0) change.delete(tables.prekeys, key)
        else change.put(tables.prekeys, key, { secrets: encodePrekeySecrets(kept) })
      })
    for (const [key] of tables.invites.held())
      await ledger.change(async (change) => {
        const row = await change.get(tables.invites, key)
        const kept = row && left(row.prekeys)
        if (row === undefined || kept === undefined) return
        change.put(tables.invites, key, { ...row, prekeys: encodePrekeySecrets(kept) })
      })
  }

  function run(): void {
    context.background(forgetPrekeys(), 'forget-keys-failed')
    cancel = clock.after(times.forgetMs, run)
  }

  return {
    start() {
      cancel = clock.after(times.forgetFirstMs, run)
    },
    stop: () => cancel?.(),
  }
}
