// Me: the account's keys, name, relays and settings. Made silently at the first start.

import type { Identity } from '../../protocol/identity/identity.ts'
import { createIdentity, decodeIdentity, encodeIdentity } from '../../protocol/identity/identity.ts'
import { fingerprintOf } from '../../protocol/identity/fingerprint.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { Clock, Random } from '../ports.ts'
import { StorageError } from '../ports.ts'
import type { Change, Ledger } from '../records/ledger.ts'
import type { AccountRow } from '../records/rows.ts'
import type { Tables } from '../records/tables.ts'

export interface Self {
  readonly identity: Identity
  readonly fingerprint: Bytes
  readonly row: AccountRow
  update(change: Change, part: Partial<AccountRow>): void
}

const key = 'self'

export async function openSelf(
  tables: Tables,
  ledger: Ledger,
  env: { readonly random: Random; readonly clock: Clock },
  initial: { readonly name: string; readonly relays: readonly string[] },
): Promise<Self> {
  const row = (await tables.account.get(key)) ?? (await create(tables, ledger, env, initial))
  const identity = decodeIdentity(row.identity)
  if (identity === undefined) throw new StorageError('damaged')
  let current = row
  return {
    identity,
    fingerprint: fingerprintOf(identity.account.publicKey),
    get row() {
      return current
    },
    update(change, part) {
      const next = { ...current, ...part }
      change.put(tables.account, key, next)
      change.after(() => {
        current = next
      })
    },
  }
}

async function create(
  tables: Tables,
  ledger: Ledger,
  env: { readonly random: Random; readonly clock: Clock },
  initial: { readonly name: string; readonly relays: readonly string[] },
): Promise<AccountRow> {
  const identity = createIdentity({ random: (length) => env.random.bytes(length), nowMs: env.clock.now() })
  const row: AccountRow = {
    identity: encodeIdentity(identity),
    name: initial.name,
    relays: initial.relays,
    direct: true,
    seenReceipts: true,
  }
  await ledger.change(async (change) => change.put(tables.account, key, row))
  return row
}
