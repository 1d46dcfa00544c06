// What relays offer in my mailboxes: prekeys, for whoever has the write key and the psk (docs/protocol.md §3). A set is
// stored before it is offered, and its sealed bytes with it: what is tried again after a crash or a lost answer is the
// same bundle, so that no one-time key is ever offered twice.
//
//   nothing ─make─▶ pending ─bundle.put─▶ offered ─(due)─make─▶ pending …
//   due: old enough, sealed under a psk that was replaced, few one-time keys left, or lost by the relay

import { equalBytes, fromHex } from '../../protocol/bytes.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import { sealBundle } from '../../protocol/prekeys/bundle.ts'
import { createPrekeys } from '../../protocol/prekeys/create.ts'
import { derivePsk } from '../../protocol/prekeys/psk.ts'
import type { PrekeySecrets, PrekeyUse } from '../../protocol/prekeys/secrets.ts'
import { decodePrekeySecrets, encodePrekeySecrets, joinSecrets } from '../../protocol/prekeys/secrets.ts'
import type { Context } from '../context.ts'
import { limits, times } from '../limits.ts'
import { StorageError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { MailboxRow } from '../records/rows.ts'
import { sureNow } from '../sure-time.ts'

/** What is to be offered in a mailbox. */
export interface Offering {
  readonly psk: Uint8Array
  readonly use: PrekeyUse
  readonly oneTimeCount: number
}

/** A new set of prekeys, not stored yet. */
export interface MadeOffer {
  readonly secrets: PrekeySecrets
  readonly main: Uint8Array
  readonly oneTime: readonly Uint8Array[]
  readonly pskId: Uint8Array
  readonly madeAt: number
}

/** What a relay said of a bundle. */
export interface Pool {
  readonly main: boolean
  readonly oneTime: number
}

/** What is to be done for a bundle now: `put` again what was made, `make` another, or `nothing`. */
export function offerStep(
  offer: MailboxRow['offer'],
  { use, oneTimeCount }: Offering,
  state: { readonly pskId: Uint8Array; readonly pool: Pool | undefined; readonly nowMs: number },
): 'nothing' | 'put' | 'make' {
  if (offer === undefined) return 'make'
  const ageMs = state.nowMs - offer.madeAt
  // Made while the clock was ahead: nobody takes it before that time comes.
  if (ageMs < -protocolLimits.clockSkewMs) return 'make'
  const rested = ageMs >= times.offerRestMs || ageMs < 0
  if (offer.state === 'pending') {
    const isGood = ageMs < times.offerPendingMs && equalBytes(offer.pskId, state.pskId)
    return isGood || !rested ? 'put' : 'make'
  }
  if (!rested) return 'nothing'
  if (!equalBytes(offer.pskId, state.pskId)) return 'make'
  const { pool } = state
  const isOld = state.nowMs >= offer.renewAt
  const hasLapsed = ageMs >= protocolLimits.prekeyLifetimeMs + protocolLimits.clockSkewMs
  if (pool === undefined) return isOld && use === 'reusable' ? 'make' : 'nothing'
  // Of one use there is one key. Once somebody has taken it there is no other while it can be used.
  if (use === 'one-use') return !pool.main || (isOld && pool.oneTime > 0) || hasLapsed ? 'make' : 'nothing'
  const isLow = pool.oneTime * limits.lowPoolFraction < oneTimeCount && ageMs >= times.offerRefillMs
  return !pool.main || isOld || isLow ? 'make' : 'nothing'
}

/** Slow: makes keys. */
export async function makeOffer(context: Context, id: string, offering: Offering): Promise<MadeOffer> {
  const { clock, self } = context
  const random = (length: number): Uint8Array => context.random.bytes(length)
  const mailboxId = fromHex(id)
  if (mailboxId === undefined) throw new StorageError('damaged')
  const nowMs = clock.now()
  const { psk, use, oneTimeCount } = offering
  const { identity } = self
  const created = await createPrekeys({ identity, mailboxId, use, oneTimeCount, random, nowMs })
  const sealed = sealBundle({ psk, mailboxId, main: created.main, oneTime: created.oneTime, random })
  return { ...sealed, secrets: created.secrets, pskId: derivePsk(psk).id, madeAt: nowMs }
}

/** Writes it into the change, beside what was offered before. Without effect in a mailbox that is gone or closing. */
export async function storeOffer(context: Context, change: Change, id: string, made: MadeOffer): Promise<void> {
  const { tables, random } = context
  const mailbox = await change.get(tables.mailboxes, id)
  if (mailbox === undefined || mailbox.closing) return
  const joined = (earlier: Uint8Array | undefined): Uint8Array => {
    const secrets = earlier === undefined ? undefined : decodePrekeySecrets(earlier)
    return encodePrekeySecrets(
      secrets === undefined ? made.secrets : joinSecrets(secrets, made.secrets, sureNow(context)),
    )
  }
  if (mailbox.purpose.kind === 'invite') {
    const invite = await change.get(tables.invites, id)
    if (invite === undefined) return
    change.put(tables.invites, id, { ...invite, prekeys: joined(invite.prekeys) })
  } else change.put(tables.prekeys, id, { secrets: joined((await change.get(tables.prekeys, id))?.secrets) })
  change.put(tables.offers, id, { main: made.main, oneTime: made.oneTime })
  const [byte = 0] = random.bytes(1)
  const renewAt = Math.round(made.madeAt + times.offerRenewMs + (times.offerRenewSpreadMs * byte) / 256)
  const offer = { madeAt: made.madeAt, pskId: made.pskId, state: 'pending', renewAt } as const
  change.put(tables.mailboxes, id, { ...mailbox, offer })
}

/** The relay has it. */
export async function confirmOffer(context: Context, change: Change, id: string, madeAt: number): Promise<void> {
  const { tables } = context
  const mailbox = await change.get(tables.mailboxes, id)
  // Made anew meanwhile: that one still has to get there.
  if (mailbox?.offer === undefined || mailbox.offer.madeAt !== madeAt) return
  change.put(tables.mailboxes, id, { ...mailbox, offer: { ...mailbox.offer, state: 'offered' } })
  change.delete(tables.offers, id)
}
