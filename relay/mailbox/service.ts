// What each mailbox command does, whatever carried it. Access is by possession: the keys in a command are hashed to a
// mailbox id, and the id is all that is looked up or kept. Spec: docs/protocol.md §2.

import type { MailboxCommand, MailboxReply } from '../../src/protocol/mailbox/command.ts'
import type { Membership } from '../config/config.ts'
import type { RelayLimits } from '../limits.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { EndpointRule } from '../push/endpoint-rule.ts'
import { isAllowedEndpoint } from '../push/endpoint-rule.ts'
import type { WakeUps } from '../push/wake-ups.ts'
import type { DiskBudget } from '../storage/disk-budget.ts'
import type { RelayStore } from '../storage/store.ts'
import { rowBytes, StoreError } from '../storage/store.ts'
import type { TurnConfig } from '../turn/credentials.ts'
import { createAcknowledgements } from './acknowledgements.ts'
import { createAdmission } from './admission.ts'
import type { Batch, CommandOf } from './batch.ts'
import { keysOf, nextTurn } from './batch.ts'
import { createBundles } from './bundles.ts'
import type { Caller } from './caller.ts'
import { ownId } from './capability.ts'
import { createDeposits } from './deposits.ts'
import type { Hub } from './hub.ts'
import { createPresence } from './presence.ts'
import { createRates } from './rates.ts'
import { failure, okOrFailure, tooMany } from './replies.ts'
import { createRoom } from './room.ts'
import { giveTurn } from './turn.ts'

export interface MailboxService {
  /** One reply per command, in their order. Never rejects. */
  handle(commands: readonly MailboxCommand[], caller: Caller): Promise<readonly MailboxReply[]>
}

export interface MailboxServiceOptions {
  readonly store: RelayStore
  readonly hub: Hub
  /** Undefined: nobody is woken. */
  readonly push: { readonly wakeUps: WakeUps; readonly rule: EndpointRule } | undefined
  readonly disk: DiskBudget
  /** After a mailbox was closed: removes what is left of it. */
  readonly removeClosed: () => void
  readonly limits: RelayLimits
  readonly membership: Membership
  readonly turn: TurnConfig | undefined
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => number
}

export function createMailboxService(options: MailboxServiceOptions): MailboxService {
  const { store, push, removeClosed, limits, membership, metrics, log, now } = options
  const { mailboxes } = store
  const rates = createRates(options)
  const room = createRoom({ ...options, membersOnly: membership !== 'open' })
  const admission = createAdmission({ store, rates, membership })
  const deposits = createDeposits({ ...options, mailboxes, rates })
  const acknowledgements = createAcknowledgements({ mailboxes, limits })
  const presence = createPresence({ ...options, mailboxes })
  const bundles = createBundles({ mailboxes, rates, limits })

  async function handle(commands: readonly MailboxCommand[], caller: Caller): Promise<readonly MailboxReply[]> {
    for (const command of commands) metrics.count('safelight_commands_total', 1, `command="${command.kind}"`)
    const waitMs = rates.commands(caller, sumOfKeys(commands))
    if (waitMs !== undefined) return commands.map(() => tooMany(waitMs))
    const reserved = await room.reserve(commands)
    const batch: Batch = {
      caller,
      nowMs: now(),
      budget: { bytes: limits.answerBytes, envelopes: limits.answerEnvelopes },
      hasRoom: reserved !== undefined,
      takes: 0,
      subscriptions: 0,
    }
    try {
      return await answerAll(commands, batch)
    } finally {
      reserved?.release()
    }
  }

  /**
   * Started in one turn: the store keeps the order of calls and lets all of them share one commit. Where that would be too
   * much for one turn, those before are waited for, so that the order stays.
   */
  async function answerAll(commands: readonly MailboxCommand[], batch: Batch): Promise<readonly MailboxReply[]> {
    const replies: Promise<MailboxReply>[] = []
    let keys = 0
    for (const command of commands) {
      const more = keysOf(command)
      if (keys > 0 && keys + more > limits.keysPerTurn) {
        await Promise.all(replies)
        await nextTurn()
        keys = 0
      }
      keys += more
      const isLong = command.kind === 'ack' && !acknowledgements.isFree(command.ids.length)
      const reply = answer(command, batch)
      replies.push(reply)
      if (isLong) await reply
    }
    return Promise.all(replies)
  }

  async function answer(command: MailboxCommand, batch: Batch): Promise<MailboxReply> {
    let reply: MailboxReply
    try {
      reply = await run(command, batch)
    } catch (error) {
      const isFull = error instanceof StoreError && error.code === 'disk-full'
      const isDamaged = error instanceof StoreError && error.code === 'damaged'
      const words = isDamaged ? 'the database is damaged: stop the relay and restore a backup' : 'command failed'
      if (!isFull) log.error({ command: command.kind, ...errorFields(error) }, words)
      reply = failure(isFull ? 'relay-full' : 'internal')
    }
    if (reply.kind === 'error') metrics.count('safelight_errors_total', 1, `code="${reply.code}"`)
    return reply
  }

  // Not async: the calls to the store have to happen before anything is awaited.
  function run(command: MailboxCommand, batch: Batch): Promise<MailboxReply> {
    const { nowMs } = batch
    switch (command.kind) {
      case 'open':
        return admission.open(command, batch)
      case 'close':
        push?.wakeUps.fetched(ownId(command.readKey))
        return close(command, nowMs)
      case 'put':
        return deposits.put(command, batch)
      case 'fetch':
        return fetch(command, batch)
      case 'ack':
        push?.wakeUps.fetched(ownId(command.readKey))
        return acknowledgements.ack(ownId(command.readKey), command.ids, { nowMs }).then(okOrFailure)
      case 'subscribe':
        return presence.subscribe(command, batch)
      case 'locate':
        return presence.locate(command)
      case 'bundle.put':
        return bundles.put(command, batch)
      case 'bundle.take':
        return bundles.take(command, batch)
      case 'bundle.count':
        return bundles.count(command, batch)
      case 'join':
        return admission.join(command, batch)
      case 'push.set':
        return setPush(command, batch)
      case 'turn':
        return Promise.resolve(giveTurn(batch, { ...options, rates }))
    }
  }

  async function close({ readKey }: CommandOf<'close'>, nowMs: number): Promise<MailboxReply> {
    const result = await mailboxes.close(ownId(readKey), { tombstoneUntilMs: nowMs + limits.tombstoneMs })
    if (result !== 'ok') return failure(result)
    removeClosed()
    return { kind: 'ok' }
  }

  async function fetch(command: CommandOf<'fetch'>, { nowMs, budget }: Batch): Promise<MailboxReply> {
    const { after, limit } = command
    const id = ownId(command.readKey)
    push?.wakeUps.fetched(id)
    const result = await mailboxes.fetch(id, { after, limit, nowMs, budget })
    if (typeof result === 'string') return failure(result)
    metrics.count('safelight_envelopes_served_total', result.items.length)
    return { kind: 'envelopes', items: result.items, more: result.more }
  }

  /** Taking one away is always possible. */
  async function setPush(command: CommandOf<'push.set'>, { caller, nowMs, hasRoom }: Batch): Promise<MailboxReply> {
    const { endpoint } = command
    if (endpoint !== undefined) {
      if (push === undefined || !isAllowedEndpoint(endpoint, push.rule)) return failure('bad-request')
      if (!hasRoom) return failure('relay-full')
      const waitMs = rates.adds(caller, { envelopes: 0, bytes: endpoint.length + rowBytes })
      if (waitMs !== undefined) return tooMany(waitMs)
    }
    const id = ownId(command.readKey)
    push?.wakeUps.fetched(id)
    const devices = limits.pushDevices
    return okOrFailure(await store.push.set(id, command.device, endpoint, { nowMs, devices }))
  }

  return { handle }
}

function sumOfKeys(commands: readonly MailboxCommand[]): number {
  return commands.reduce((sum, command) => sum + keysOf(command), 0)
}
