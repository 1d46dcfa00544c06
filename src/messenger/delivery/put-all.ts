// Puts what waits for a contact into their mailbox, in order and several at a time, and writes what became of each.

import { toHex } from '../../protocol/bytes.ts'
import type { MailboxAddress } from '../../protocol/content/content.ts'
import { deriveMailboxId } from '../../protocol/mailbox/capability.ts'
import type { RelayErrorCode } from '../../protocol/mailbox/command.ts'
import type { FailureReason } from '../api.ts'
import type { Context } from '../context.ts'
import { limits } from '../limits.ts'
import type { OutboxRow } from '../records/rows.ts'
import type { DepositReply } from './deposit.ts'
import { createDeposits } from './deposit.ts'

export interface Entry {
  readonly key: string
  readonly row: OutboxRow
}

/** Resolves to false when some of it is to be tried again later. */
export type PutAll = (to: MailboxAddress, waiting: readonly Entry[]) => Promise<boolean>

export interface PutParts {
  readonly update: (entry: Entry, next: Partial<OutboxRow>) => Promise<void>
  readonly fail: (entry: Entry, reason: FailureReason) => Promise<void>
}

interface Refused {
  readonly entry: Entry
  readonly reason: FailureReason | undefined
}

export function createPutAll(context: Context, { update, fail }: PutParts): PutAll {
  const { tables, transport, clock } = context
  const deposits = createDeposits(context)

  return async (to, waiting) => {
    const relay = transport.relay(to.relay)
    const isInvite = (await tables.connects.get(toHex(deriveMailboxId(to.writeKey)))) !== undefined

    /** Undefined when the relay has them now. */
    async function put(batch: readonly Entry[]): Promise<Pick<Refused, 'reason'> | undefined> {
      const envelopes = batch.map(({ row }) => row.envelope)
      const reply = await deposits.put(relay, { writeKey: to.writeKey, isInvite }, envelopes)
      if (reply?.kind !== 'stored') return { reason: reasonOf(reply) }
      for (const [index, entry] of batch.entries())
        await update(entry, { envelopeAt: 'relay', until: reply.until[index] ?? clock.now(), to })
      return undefined
    }

    /** Gives what the relay did not take, and why: without a reason it is to be tried again. */
    async function putOneByOne(batch: readonly Entry[]): Promise<readonly Refused[]> {
      const refused: Refused[] = []
      for (const [index, entry] of batch.entries()) {
        const refusal = await put([entry])
        if (refusal === undefined) continue
        refused.push({ entry, ...refusal })
        if (refusal.reason === 'too-large') continue
        // What comes behind it must not overtake it.
        return [...refused, ...batch.slice(index + 1).map((behind) => ({ entry: behind, ...refusal }))]
      }
      return refused
    }

    for (let from = 0; from < waiting.length; from += limits.putBatch) {
      const batch = waiting.slice(from, from + limits.putBatch)
      const refusal = await put(batch)
      if (refusal === undefined) continue
      const isSplit = batch.length > 1 && refusal.reason !== undefined && ofOne.has(refusal.reason)
      const refused = isSplit ? await putOneByOne(batch) : batch.map((entry) => ({ entry, ...refusal }))
      for (const { entry, reason } of refused) if (reason !== undefined) await fail(entry, reason)
      const isLater = refused.some(
        ({ entry, reason }) => reason === undefined || (reason !== 'blocked' && isQuiet(entry.row)),
      )
      if (isLater) return false
    }
    return true
  }
}

/** No message that somebody waits to see go: a receipt, an address, an action. */
export function isQuiet({ messageId, isAction }: OutboxRow): boolean {
  return messageId === undefined || isAction === true
}

/** Refusals that trying again at once will not cure; every other one is tried again. */
const reasons: Partial<Record<RelayErrorCode, FailureReason>> = {
  gone: 'blocked',
  full: 'mailbox-full',
  'relay-full': 'relay-full',
  'too-large': 'too-large',
  'not-a-member': 'not-a-member',
}

function reasonOf(reply: DepositReply | undefined): FailureReason | undefined {
  if (reply?.kind === 'too-much-work') return reply.kind
  return reply?.kind === 'error' ? reasons[reply.code] : undefined
}

/** What a relay says to several for the sake of one of them: the others may have room, or be there already. */
const ofOne: ReadonlySet<FailureReason> = new Set(['mailbox-full', 'too-large', 'too-much-work'])
