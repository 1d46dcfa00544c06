// What each mailbox command does, whatever carried it. Access is by possession: the keys in a command are hashed to a
// mailbox id, and the id is all that is looked up or kept. Spec: docs/protocol.md §2.

import { randomBytes } from 'node:crypto'
import { deriveMailboxId, deriveWriteKey, envelopeId } from './capability.ts'
import type { MailboxCommand, MailboxReply, RelayErrorCode } from '../../src/protocol/mailbox/command.ts'
import { joinCodeId, membershipId } from '../../src/protocol/mailbox/membership.ts'
import { limits as protocol } from '../../src/protocol/limits.ts'
import type { Membership } from '../config/config.ts'
import type { RelayLimits } from '../limits.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { EndpointRule } from '../push/endpoint-rule.ts'
import { isAllowedEndpoint } from '../push/endpoint-rule.ts'
import type { WakeUps } from '../push/wake-ups.ts'
import type { DiskBudget, Reservation } from '../storage/disk-budget.ts'
import type { AnswerBudget, RelayStore } from '../storage/store.ts'
import { rowBytes, StoreError } from '../storage/store.ts'
import type { TurnConfig } from '../turn/credentials.ts'
import { turnCredentials } from '../turn/credentials.ts'
import type { Hub, Listener } from './hub.ts'
import { keyOf } from './hub.ts'
import { createStrangerWork } from './stranger-work.ts'
import type { TokenBuckets } from './token-bucket.ts'
import { createTokenBuckets } from './token-bucket.ts'

const hourMs = 60 * 60 * 1000

/** Whose commands these are, as far as rates and pushes go. */
interface Caller {
  /** A connection or an address; undefined: no limit by it. Kept in memory, never logged. */
  readonly rateKey?: string
  /** The address behind a connection: all connections from it together have a bound too. */
  readonly address?: string
  /** A stream that can be pushed to, and the authenticated peer behind it. */
  readonly stream?: { readonly listener: MailboxListener; readonly peerId: string }
}

export interface MailboxListener extends Listener {
  /** Told once per mailbox, before the first `wake`: pushes start above this sequence. */
  follow(mailboxId: Uint8Array, newest: number): void
}

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
  readonly limits: RelayLimits
  readonly membership: Membership
  readonly turn: TurnConfig | undefined
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => number
}

/** What the commands of one request share. */
interface Batch {
  readonly caller: Caller
  readonly nowMs: number
  readonly budget: AnswerBudget
  readonly hasRoom: boolean
  takes: number
}

export function createMailboxService(options: MailboxServiceOptions): MailboxService {
  const { store, hub, push, disk, limits, membership, metrics, log, now } = options
  const { mailboxes } = store
  const membersOnly = membership !== 'open'
  const buckets = (rate: RelayLimits['commands']) => createTokenBuckets(rate, { keys: limits.bucketKeys, now })
  const rates = {
    commands: buckets(limits.commands),
    opens: buckets(limits.opens),
    commandsPerAddress: buckets(limits.commandsPerAddress),
    opensPerAddress: buckets(limits.opensPerAddress),
    joins: buckets(limits.joins),
    joinsPerAddress: buckets(limits.joinsPerAddress),
    turns: buckets(limits.turns),
    turnsPerAddress: buckets(limits.turnsPerAddress),
    puts: buckets(limits.puts),
  }
  const strangers = createStrangerWork({ limits, now, random: randomBytes })
  const bounds = {
    contact: { envelopes: limits.mailboxEnvelopes, bytes: limits.mailboxBytes },
    invite: { envelopes: limits.inviteEnvelopes, bytes: limits.inviteBytes },
  }

  async function handle(commands: readonly MailboxCommand[], caller: Caller): Promise<readonly MailboxReply[]> {
    for (const command of commands) metrics.count('safelight_commands_total', 1, `command="${command.kind}"`)
    const waitMs =
      takeFor(rates.commands, caller.rateKey, commands.length) ??
      takeFor(rates.commandsPerAddress, caller.address, commands.length)
    if (waitMs !== undefined) return commands.map(() => tooMany(waitMs))
    const incoming = commands.reduce((sum, command) => sum + incomingBytes(command), 0)
    const room = incoming === 0 ? undefined : await reserve(commands, incoming)
    const batch: Batch = {
      caller,
      nowMs: now(),
      budget: { bytes: limits.answerBytes, envelopes: limits.answerEnvelopes },
      hasRoom: incoming === 0 || room !== undefined,
      takes: 0,
    }
    try {
      // Started in one turn: the store keeps the order of calls and lets all of them share one commit.
      return await Promise.all(commands.map((command) => answer(command, batch)))
    } finally {
      room?.release()
    }
  }

  async function reserve(commands: readonly MailboxCommand[], bytes: number): Promise<Reservation | undefined> {
    try {
      return await disk.reserve(bytes, () => entitledBytes(commands))
    } catch (error) {
      log.error(errorFields(error), 'no room could be made')
      return undefined
    }
  }

  /** The bytes for mailboxes that exist, or that this request opens first, and for these. */
  async function entitledBytes(commands: readonly MailboxCommand[]): Promise<number> {
    const opened = new Set<string>()
    let sum = 0
    for (const command of commands) {
      const id = targetOf(command)
      if (id === undefined) continue
      const tier = opened.has(keyOf(id)) ? 'opened' : await mailboxes.tier(id)
      const isThere = tier !== 'unknown-mailbox' && tier !== 'gone'
      if (command.kind === 'open') {
        if (tier !== 'unknown-mailbox' || !(await mayOpen(command))) continue
        opened.add(keyOf(id))
        sum += incomingBytes(command)
      } else if (isThere) sum += incomingBytes(command)
    }
    return sum
  }

  /** Nothing is evicted for who is no member. */
  async function mayOpen(command: CommandOf<'open'>): Promise<boolean> {
    return !membersOnly || (await store.membership.standing(memberIdOf(command))) === 'member'
  }

  /** What a command may add to what is kept. */
  function incomingBytes(command: MailboxCommand): number {
    switch (command.kind) {
      case 'open':
        return rowBytes
      case 'put':
        return sizeOf(command.envelopes)
      case 'bundle.put':
        return command.main.length + sizeOf(command.oneTime)
      case 'bundle.take':
        // What is remembered of it; the one-time part is there already.
        return limits.bundleMainBytes + rowBytes
      case 'push.set':
        return command.endpoint === undefined ? 0 : command.endpoint.length + rowBytes
      default:
        return 0
    }
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
        return open(command, batch)
      case 'close':
        push?.wakeUps.fetched(ownId(command.readKey))
        return mailboxes
          .close(ownId(command.readKey), { tombstoneUntilMs: nowMs + limits.tombstoneMs })
          .then((result) => (result === 'ok' ? { kind: 'ok' } : failure(result)))
      case 'put':
        return put(command, batch)
      case 'fetch':
        return fetch(command, batch)
      case 'ack':
        push?.wakeUps.fetched(ownId(command.readKey))
        return mailboxes.ack(ownId(command.readKey), command.ids, { nowMs }).then(okOrFailure)
      case 'subscribe':
        return subscribe(command, batch)
      case 'locate':
        return locate(command)
      case 'bundle.put':
        return putBundle(command, batch)
      case 'bundle.take':
        return takeBundle(command, batch)
      case 'bundle.count':
        return mailboxes
          .countBundle(ownId(command.readKey), { nowMs })
          .then((result) => (typeof result === 'string' ? failure(result) : { kind: 'pool', ...result }))
      case 'join':
        return join(command, batch)
      case 'push.set':
        return setPush(command, batch)
      case 'turn':
        return Promise.resolve(turn(batch))
    }
  }

  async function open(command: CommandOf<'open'>, { caller, nowMs, hasRoom }: Batch): Promise<MailboxReply> {
    const result = await mailboxes.open(ownId(command.readKey), {
      tier: command.tier,
      nowMs,
      ...(membersOnly ? { as: { memberId: memberIdOf(command) } } : {}),
      admit() {
        if (!hasRoom) return 'relay-full'
        const waitMs = takeFor(rates.opens, caller.rateKey, 1) ?? takeFor(rates.opensPerAddress, caller.address, 1)
        return waitMs === undefined ? undefined : { waitMs }
      },
    })
    if (typeof result === 'object') return tooMany(result.waitMs)
    return result === 'created' || result === 'exists' ? { kind: 'ok' } : failure(result)
  }

  async function join(command: CommandOf<'join'>, { caller, nowMs }: Batch): Promise<MailboxReply> {
    const waitMs = takeFor(rates.joins, caller.rateKey, 1) ?? takeFor(rates.joinsPerAddress, caller.address, 1)
    if (waitMs !== undefined) return tooMany(waitMs)
    const memberId = membershipId(command.membership)
    const closed = membership === 'closed'
    return okOrFailure(await store.membership.join(joinCodeId(command.code), memberId, { nowMs, closed }))
  }

  /** For who has a mailbox here, not for everybody on the web: what passes the TURN server costs its operator. */
  function turn({ caller, nowMs }: Batch): MailboxReply {
    const { stream } = caller
    if (options.turn === undefined || stream === undefined) return failure('bad-request')
    if (hub.count(stream.listener) === 0) return failure('unknown-mailbox')
    const waitMs = takeFor(rates.turns, caller.rateKey, 1) ?? takeFor(rates.turnsPerAddress, caller.address, 1)
    if (waitMs !== undefined) return tooMany(waitMs)
    const { urls, secret } = options.turn
    metrics.count('safelight_turn_credentials_total')
    const lifetimeMs = Math.min(limits.turnMs, protocol.turnMs)
    return { kind: 'turn', urls, ...turnCredentials(secret, nowMs + lifetimeMs), lifetimeMs }
  }

  async function put(command: CommandOf<'put'>, { nowMs, hasRoom }: Batch): Promise<MailboxReply> {
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
        if (tier === 'contact') return rates.puts.take(keyOf(id), added)
        const refused = strangers.admit(id, { added, held, proven })
        helps = refused?.helps ?? false
        return refused?.waitMs
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

  async function fetch(command: CommandOf<'fetch'>, { nowMs, budget }: Batch): Promise<MailboxReply> {
    const { after, limit } = command
    const id = ownId(command.readKey)
    push?.wakeUps.fetched(id)
    const result = await mailboxes.fetch(id, { after, limit, nowMs, budget })
    if (typeof result === 'string') return failure(result)
    metrics.count('safelight_envelopes_served_total', result.items.length)
    return { kind: 'envelopes', items: result.items, more: result.more }
  }

  /** Mailboxes that are here are followed even when others are not; the reply then names the first that is not. */
  async function subscribe(command: CommandOf<'subscribe'>, { caller, nowMs }: Batch): Promise<MailboxReply> {
    const { stream } = caller
    // A foreign peer id would let an owner point contacts at somebody else.
    if (stream === undefined || (command.peerId !== undefined && command.peerId !== stream.peerId)) {
      return failure('bad-request')
    }
    const { listener } = stream
    if (hub.count(listener) + command.readKeys.length > limits.subscriptionsPerConnection) return failure('full')
    const ids = command.readKeys.map(ownId)
    const found = await Promise.all(ids.map((id) => mailboxes.newest(id, { nowMs })))
    // Others of the same connection may have been answered meanwhile.
    if (hub.count(listener) + ids.length > limits.subscriptionsPerConnection) return failure('full')
    let missing: MailboxReply | undefined
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
    return missing ?? { kind: 'ok' }
  }

  async function locate(command: CommandOf<'locate'>): Promise<MailboxReply> {
    const id = deriveMailboxId(command.writeKey)
    const tier = await mailboxes.tier(id)
    if (tier === 'unknown-mailbox' || tier === 'gone') return failure(tier)
    const peerId = hub.locate(id)
    return peerId === undefined ? { kind: 'presence' } : { kind: 'presence', peerId }
  }

  async function putBundle(command: CommandOf<'bundle.put'>, { nowMs, hasRoom }: Batch): Promise<MailboxReply> {
    const parts = command.oneTime
    const tooLarge =
      command.main.length > limits.bundleMainBytes || parts.some((part) => part.length > limits.bundleOneTimeBytes)
    if (tooLarge) return failure('too-large')
    if (!hasRoom) return failure('relay-full')
    const oneTime = parts.map((bytes) => ({ id: envelopeId(bytes), bytes }))
    const result = await mailboxes.putBundle(
      ownId(command.readKey),
      { main: command.main, oneTime },
      { nowMs, oneTimeUntilMs: nowMs + limits.bundleOneTimeMs, poolSize: limits.bundlePool },
    )
    return okOrFailure(result)
  }

  async function takeBundle(command: CommandOf<'bundle.take'>, batch: Batch): Promise<MailboxReply> {
    batch.takes += 1
    if (batch.takes > limits.takesPerRequest) return failure('too-many-requests')
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

  /** Taking one away is always possible. */
  async function setPush(command: CommandOf<'push.set'>, { nowMs, hasRoom }: Batch): Promise<MailboxReply> {
    const { endpoint } = command
    if (endpoint !== undefined) {
      if (push === undefined || !isAllowedEndpoint(endpoint, push.rule)) return failure('bad-request')
      if (!hasRoom) return failure('relay-full')
    }
    const id = ownId(command.readKey)
    push?.wakeUps.fetched(id)
    const devices = limits.pushDevices
    return okOrFailure(await store.push.set(id, command.device, endpoint, { nowMs, devices }))
  }

  return { handle }
}

type CommandOf<Kind extends MailboxCommand['kind']> = Extract<MailboxCommand, { readonly kind: Kind }>

function takeFor(buckets: TokenBuckets, key: string | undefined, amount: number): number | undefined {
  return key === undefined ? undefined : buckets.take(key, amount)
}

function ownId(readKey: Uint8Array): Uint8Array {
  return deriveMailboxId(deriveWriteKey(readKey))
}

function memberIdOf({ membership }: CommandOf<'open'>): Uint8Array | undefined {
  return membership === undefined ? undefined : membershipId(membership)
}

function failure(code: RelayErrorCode): MailboxReply {
  return { kind: 'error', code }
}

function tooMany(waitMs: number): Extract<MailboxReply, { readonly kind: 'error' }> {
  return { kind: 'error', code: 'too-many-requests', retryAfterMs: Math.min(waitMs, 24 * hourMs) }
}

function okOrFailure(result: 'ok' | RelayErrorCode): MailboxReply {
  return result === 'ok' ? { kind: 'ok' } : failure(result)
}

/** The mailbox a command stores into. */
function targetOf(command: MailboxCommand): Uint8Array | undefined {
  switch (command.kind) {
    case 'put':
    case 'bundle.take':
      return deriveMailboxId(command.writeKey)
    case 'open':
    case 'bundle.put':
    case 'push.set':
      return ownId(command.readKey)
    default:
      return undefined
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length + rowBytes, 0)
}
