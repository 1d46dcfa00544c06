// New mailboxes, and who may have one.

import type { MailboxReply } from '../../src/protocol/mailbox/command.ts'
import { joinCodeId, membershipId } from '../../src/protocol/mailbox/membership.ts'
import type { Membership } from '../config/config.ts'
import type { RelayStore } from '../storage/store.ts'
import type { Batch, CommandOf } from './batch.ts'
import { ownId } from './capability.ts'
import type { Rates } from './rates.ts'
import { failure, okOrFailure, tooMany } from './replies.ts'

export interface Admission {
  open(command: CommandOf<'open'>, batch: Batch): Promise<MailboxReply>
  join(command: CommandOf<'join'>, batch: Batch): Promise<MailboxReply>
}

export interface AdmissionOptions {
  readonly store: RelayStore
  readonly rates: Rates
  readonly membership: Membership
}

export function createAdmission({ store, rates, membership }: AdmissionOptions): Admission {
  const membersOnly = membership !== 'open'

  async function open(command: CommandOf<'open'>, { caller, nowMs, hasRoom }: Batch): Promise<MailboxReply> {
    const result = await store.mailboxes.open(ownId(command.readKey), {
      tier: command.tier,
      nowMs,
      ...(membersOnly ? { as: { memberId: memberIdOf(command) } } : {}),
      admit() {
        if (!hasRoom) return 'relay-full'
        const waitMs = rates.opens(caller)
        return waitMs === undefined ? undefined : { waitMs }
      },
    })
    if (typeof result === 'object') return tooMany(result.waitMs)
    return result === 'created' || result === 'exists' ? { kind: 'ok' } : failure(result)
  }

  async function join(command: CommandOf<'join'>, { caller, nowMs }: Batch): Promise<MailboxReply> {
    const waitMs = rates.joins(caller)
    if (waitMs !== undefined) return tooMany(waitMs)
    const memberId = membershipId(command.membership)
    const closed = membership === 'closed'
    return okOrFailure(await store.membership.join(joinCodeId(command.code), memberId, { nowMs, closed }))
  }

  return { open, join }
}

export function memberIdOf({ membership }: CommandOf<'open'>): Uint8Array | undefined {
  return membership === undefined ? undefined : membershipId(membership)
}
