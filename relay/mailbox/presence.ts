// Who is told of new envelopes, and where an owner can be reached directly.

import type { MailboxReply } from '../../src/protocol/mailbox/command.ts'
import type { RelayLimits } from '../limits.ts'
import type { MailboxStore } from '../storage/store.ts'
import type { Batch, CommandOf } from './batch.ts'
import { nextTurn } from './batch.ts'
import { deriveMailboxId, ownId } from './capability.ts'
import type { Hub } from './hub.ts'
import { failure } from './replies.ts'

export interface Presence {
  subscribe(command: CommandOf<'subscribe'>, batch: Batch): Promise<MailboxReply>
  locate(command: CommandOf<'locate'>): Promise<MailboxReply>
}

export interface PresenceOptions {
  readonly mailboxes: Pick<MailboxStore, 'newest' | 'tier'>
  readonly hub: Hub
  readonly limits: RelayLimits
}

export function createPresence({ mailboxes, hub, limits }: PresenceOptions): Presence {
  /** Mailboxes that are here are followed even when others are not; the reply then names the first that is not. */
  async function subscribe(command: CommandOf<'subscribe'>, batch: Batch): Promise<MailboxReply> {
    const { caller, nowMs } = batch
    const { readKeys } = command
    const { stream } = caller
    // A foreign peer id would let an owner point contacts at somebody else.
    if (stream === undefined || (command.peerId !== undefined && command.peerId !== stream.peerId)) {
      return failure('bad-request')
    }
    const { listener } = stream
    // Those that are not here take no place at the hub, but time.
    batch.subscriptions += readKeys.length
    const asked = Math.max(batch.subscriptions, hub.count(listener) + readKeys.length)
    if (asked > limits.subscriptionsPerConnection) return failure('full')
    let missing: MailboxReply | undefined
    for (let from = 0; from < readKeys.length; from += limits.keysPerTurn) {
      if (from > 0) await nextTurn()
      const ids = readKeys.slice(from, from + limits.keysPerTurn).map(ownId)
      const found = await Promise.all(ids.map((id) => mailboxes.newest(id, { nowMs })))
      // Others of the same connection may have been answered meanwhile.
      if (hub.count(listener) + ids.length > limits.subscriptionsPerConnection) return failure('full')
      found.forEach((newest, index) => {
        const id = ids[index]
        if (id === undefined) return
        if (typeof newest === 'string') {
          missing ??= failure(newest)
          return
        }
        listener.follow(id, newest)
        hub.attach(id, listener, command.peerId)
      })
    }
    return missing ?? { kind: 'ok' }
  }

  async function locate(command: CommandOf<'locate'>): Promise<MailboxReply> {
    const id = deriveMailboxId(command.writeKey)
    const tier = await mailboxes.tier(id)
    if (tier === 'unknown-mailbox' || tier === 'gone') return failure(tier)
    const peerId = hub.locate(id)
    return peerId === undefined ? { kind: 'presence' } : { kind: 'presence', peerId }
  }

  return { subscribe, locate }
}
