// Prekey bundles: put by an owner, taken by who wants to write to them first.

import type { MailboxReply } from '../../src/protocol/mailbox/command.ts'
import type { RelayLimits } from '../limits.ts'
import type { MailboxStore } from '../storage/store.ts'
import { rowBytes } from '../storage/store.ts'
import type { Batch, CommandOf } from './batch.ts'
import { deriveMailboxId, envelopeId, ownId } from './capability.ts'
import type { Rates } from './rates.ts'
import { failure, okOrFailure, tooMany } from './replies.ts'

export interface Bundles {
  put(command: CommandOf<'bundle.put'>, batch: Batch): Promise<MailboxReply>
  take(command: CommandOf<'bundle.take'>, batch: Batch): Promise<MailboxReply>
  count(command: CommandOf<'bundle.count'>, batch: Batch): Promise<MailboxReply>
}

export interface BundlesOptions {
  readonly mailboxes: MailboxStore
  readonly rates: Rates
  readonly limits: RelayLimits
}

export function createBundles({ mailboxes, rates, limits }: BundlesOptions): Bundles {
  async function put(command: CommandOf<'bundle.put'>, { caller, nowMs, hasRoom }: Batch): Promise<MailboxReply> {
    const parts = command.oneTime
    const tooLarge =
      command.main.length > limits.bundleMainBytes || parts.some((part) => part.length > limits.bundleOneTimeBytes)
    if (tooLarge) return failure('too-large')
    if (!hasRoom) return failure('relay-full')
    const bytes = parts.reduce((sum, part) => sum + part.length + rowBytes, command.main.length)
    const waitMs = rates.adds(caller, { envelopes: 0, bytes })
    if (waitMs !== undefined) return tooMany(waitMs)
    const oneTime = parts.map((bytes) => ({ id: envelopeId(bytes), bytes }))
    const result = await mailboxes.putBundle(
      ownId(command.readKey),
      { main: command.main, oneTime },
      { nowMs, oneTimeUntilMs: nowMs + limits.bundleOneTimeMs, poolSize: limits.bundlePool },
    )
    return okOrFailure(result)
  }

  async function take(command: CommandOf<'bundle.take'>, batch: Batch): Promise<MailboxReply> {
    batch.takes += 1
    if (batch.takes > limits.takesPerRequest) return failure('too-many-requests')
    const waitMs = rates.adds(batch.caller, { envelopes: 0, bytes: limits.bundleMainBytes + rowBytes })
    if (waitMs !== undefined) return tooMany(waitMs)
    const result = await mailboxes.takeBundle(deriveMailboxId(command.writeKey), command.takeId, {
      nowMs: batch.nowMs,
      takeUntilMs: batch.nowMs + limits.takeMs,
      takenUntilMs: batch.nowMs + limits.takenMs,
      takes: limits.takesPerMailbox,
      hasRoom: batch.hasRoom,
    })
    // To whoever looks for a bundle, a mailbox without one is as good as none.
    if (result === 'empty') return failure('unknown-mailbox')
    return typeof result === 'string' ? failure(result) : { kind: 'bundle', ...result }
  }

  async function count(command: CommandOf<'bundle.count'>, { nowMs }: Batch): Promise<MailboxReply> {
    const result = await mailboxes.countBundle(ownId(command.readKey), { nowMs })
    return typeof result === 'string' ? failure(result) : { kind: 'pool', ...result }
  }

  return { put, take, count }
}
