// Envelopes that contacts and strangers put into a mailbox.

import { randomBytes } from 'node:crypto'
import type { MailboxReply } from '../../src/protocol/mailbox/command.ts'
import type { RelayLimits } from '../limits.ts'
import type { Metrics } from '../metrics.ts'
import type { WakeUps } from '../push/wake-ups.ts'
import type { MailboxStore } from '../storage/store.ts'
import { rowBytes } from '../storage/store.ts'
import type { Batch, CommandOf } from './batch.ts'
import { deriveMailboxId, envelopeId } from './capability.ts'
import type { Hub } from './hub.ts'
import type { Rates } from './rates.ts'
import { failure, tooMany } from './replies.ts'
import { createStrangerWork } from './stranger-work.ts'

const hourMs = 60 * 60 * 1000

export interface Deposits {
  put(command: CommandOf<'put'>, batch: Batch): Promise<MailboxReply>
}

export interface DepositsOptions {
  readonly mailboxes: MailboxStore
  readonly hub: Hub
  readonly rates: Rates
  /** Undefined: nobody is woken. */
  readonly push: { readonly wakeUps: WakeUps } | undefined
  readonly limits: RelayLimits
  readonly metrics: Metrics
  readonly now: () => number
}

export function createDeposits(options: DepositsOptions): Deposits {
  const { mailboxes, hub, rates, push, limits, metrics, now } = options
  const strangers = createStrangerWork({ limits, now, random: randomBytes })
  const bounds = {
    contact: { envelopes: limits.mailboxEnvelopes, bytes: limits.mailboxBytes },
    invite: { envelopes: limits.inviteEnvelopes, bytes: limits.inviteBytes },
  }

  async function put(command: CommandOf<'put'>, { caller, nowMs, hasRoom }: Batch): Promise<MailboxReply> {
    if (command.envelopes.length === 0) return { kind: 'stored', until: [] }
    if (command.envelopes.some((envelope) => envelope.length > limits.envelopeBytes)) return failure('too-large')
    const { work } = command
    if (work !== undefined && command.envelopes.length > 1) return failure('bad-request')
    const id = deriveMailboxId(command.writeKey)
    const envelopes = command.envelopes.map((bytes) => ({ id: envelopeId(bytes), bytes }))
    const [first] = envelopes
    const proven = work && first && strangers.prove(id, first.id, work)
    // Looked at first: what pretends to be work costs the store nothing.
    if (work !== undefined && proven === undefined) return askForWork(id, 0)
    if (!hasRoom) return failure('relay-full')
    let helps = false
    const result = await mailboxes.put(id, envelopes, {
      nowMs,
      untilMs: Math.ceil((nowMs + limits.envelopeMs) / hourMs) * hourMs,
      bounds,
      admit(tier, added, held) {
        const { envelopes: count } = added
        return rates.adds(caller, { envelopes: count, bytes: added.bytes + count * rowBytes }, () => {
          if (tier === 'contact') return rates.puts(id, count)
          const refused = strangers.admit(id, { added: count, held, proven })
          helps = refused?.helps ?? false
          return refused?.waitMs
        })
      },
    })
    if (typeof result === 'string') return failure(result)
    if ('waitMs' in result) return helps ? askForWork(id, result.waitMs) : tooMany(result.waitMs)
    metrics.count('safelight_envelopes_stored_total', result.added)
    if (proven !== undefined) metrics.count('safelight_work_done_total', result.added)
    if (result.added > 0) {
      hub.wake(id)
      push?.wakeUps.stored(id)
    }
    return { kind: 'stored', until: result.until }
  }

  function askForWork(mailboxId: Uint8Array, waitMs: number): MailboxReply {
    const work = strangers.challenge(mailboxId)
    metrics.count('safelight_work_asked_total')
    return { ...tooMany(waitMs), ...(work === undefined ? {} : { work }) }
  }

  return { put }
}
