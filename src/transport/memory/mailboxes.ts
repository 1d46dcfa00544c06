// The mailboxes of an in-process relay: the semantics of the commands (docs/protocol.md §2), held in maps.

import type { Clock } from '../../messenger/ports.ts'
import { equalBytes, toHex } from '../../protocol/bytes.ts'
import { deriveMailboxId, deriveWriteKey, envelopeId } from '../../protocol/mailbox/capability.ts'
import type { MailboxCommand, MailboxReply, RelayErrorCode, StoredEnvelope } from '../../protocol/mailbox/command.ts'
import type { WorkChallenge } from '../../protocol/mailbox/work.ts'
import { checkWork, workSeed } from '../../protocol/mailbox/work.ts'
import type { Members } from './members.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export const memoryRelayLimits = {
  envelopeBytes: 64 * 1024,
  mailboxEnvelopes: 1000,
  mailboxBytes: 64 * 1024 * 1024,
  segmentBytes: 256 * 1024,
  blobBytes: 2 * 1024 ** 3,
  envelopeDays: 30,
  blobDays: 7,
  commandsPerRequest: 256,
} as const
const takeMs = 2 * dayMs
const oneTimeMs = 8 * dayMs
/** An invite mailbox holds first messages only. */
const inviteEnvelopes = 32

export interface Subscriber {
  /** Called for each new envelope of a subscribed mailbox. */
  push(mailboxId: Uint8Array, items: readonly StoredEnvelope[]): void
}

interface Kept {
  readonly stored: StoredEnvelope
  readonly until: number
}

interface Mailbox {
  readonly id: Uint8Array
  readonly tier: 'contact' | 'invite'
  readonly kept: Map<string, Kept>
  readonly subscribers: Set<Subscriber>
  /** Newest last. */
  readonly presence: Map<Subscriber, string>
  readonly takes: Map<string, { readonly reply: MailboxReply; readonly until: number }>
  /** Of one-time parts that were handed out. */
  readonly taken: Set<string>
  /** Endpoints by device. */
  readonly pushes: Map<string, string>
  lastSequence: number
  bundle: { main: Uint8Array; oneTime: { readonly part: Uint8Array; readonly until: number }[] } | undefined
}

type CommandOf<Kind extends MailboxCommand['kind']> = Extract<MailboxCommand, { readonly kind: Kind }>

export interface Mailboxes {
  run(command: MailboxCommand, subscriber: Subscriber | undefined): MailboxReply
  forget(subscriber: Subscriber): void
  forgetAll(): void
  has(writeKey: Uint8Array): boolean
  wasClosed(writeKey: Uint8Array): boolean
  /** Refuses new mailboxes and envelopes with `relay-full`. */
  full: boolean
  /** Undefined: nobody is woken. */
  pushKey: string | undefined
  /** Sends nothing to any push service. */
  refusesPush: boolean
  /** Of each mailbox, by its id. */
  pushes(): ReadonlyMap<string, readonly string[]>
  /** Bits of work for each envelope into an invite mailbox; 0: none. */
  workBits: number
  envelopeCount(): number
  /** All envelopes held, for tests that look for plaintext in them. */
  envelopes(): Uint8Array[]
  /** What is offered in them. */
  bundles(): { readonly main: Uint8Array; readonly oneTime: number }[]
  ids(): string[]
}

export function createMailboxes(clock: Clock, members: Members): Mailboxes {
  const open = new Map<string, Mailbox>()
  const closed = new Set<string>()

  const find = (writeKey: Uint8Array): Mailbox | RelayErrorCode => {
    const id = toHex(deriveMailboxId(writeKey))
    const mailbox = open.get(id)
    if (mailbox === undefined) return closed.has(id) ? 'gone' : 'unknown-mailbox'
    for (const [key, { until }] of mailbox.kept) if (until <= clock.now()) mailbox.kept.delete(key)
    return mailbox
  }
  const own = (readKey: Uint8Array): Mailbox | RelayErrorCode => find(deriveWriteKey(readKey))

  const openMailbox = (readKey: Uint8Array, tier: Mailbox['tier'], membership: string | undefined): MailboxReply => {
    const found = own(readKey)
    if (typeof found !== 'string') return { kind: 'ok' }
    if (found === 'gone') return error('gone')
    const refusal = members.refusal(membership)
    if (refusal !== undefined) return error(refusal)
    if (self.full) return error('relay-full')
    const id = deriveMailboxId(deriveWriteKey(readKey))
    open.set(toHex(id), {
      id,
      tier,
      kept: new Map(),
      subscribers: new Set(),
      presence: new Map(),
      takes: new Map(),
      taken: new Set(),
      pushes: new Map(),
      lastSequence: 0,
      bundle: undefined,
    })
    return { kind: 'ok' }
  }

  const close = (readKey: Uint8Array): MailboxReply => {
    const id = toHex(deriveMailboxId(deriveWriteKey(readKey)))
    if (open.delete(id)) closed.add(id)
    return { kind: 'ok' }
  }

  /** Undefined: enough was done, or none is asked for. The token is the same for all: there is nobody to keep it from. */
  const missingWork = (mailbox: Mailbox, { envelopes, work }: CommandOf<'put'>): WorkChallenge | undefined => {
    const bits = mailbox.tier === 'invite' ? self.workBits : 0
    if (bits === 0) return undefined
    const [envelope] = envelopes
    const token = mailbox.id
    const seed = envelope && workSeed({ token, mailboxId: mailbox.id, envelopeId: envelopeId(envelope) })
    const isDone = work !== undefined && seed !== undefined && equalBytes(work.token, token)
    return isDone && checkWork(seed, work.nonce, bits) ? undefined : { token, bits }
  }

  const put = (mailbox: Mailbox, command: CommandOf<'put'>): MailboxReply => {
    const { envelopes } = command
    if (envelopes.some((envelope) => envelope.length > memoryRelayLimits.envelopeBytes)) return error('too-large')
    const ids = envelopes.map((envelope) => toHex(envelopeId(envelope)))
    const added = new Set(ids.filter((id) => !mailbox.kept.has(id)))
    if (added.size > 0 && self.full) return error('relay-full')
    const room = mailbox.tier === 'invite' ? inviteEnvelopes : memoryRelayLimits.mailboxEnvelopes
    if (mailbox.kept.size + added.size > room) return error('full')
    const work = added.size === 0 ? undefined : missingWork(mailbox, command)
    if (work !== undefined) return { kind: 'error', code: 'too-many-requests', retryAfterMs: 0, work }
    const until = Math.floor((clock.now() + memoryRelayLimits.envelopeDays * dayMs) / hourMs) * hourMs
    const fresh: StoredEnvelope[] = []
    const times = envelopes.map((envelope, index) => {
      const id = ids[index] ?? ''
      const known = mailbox.kept.get(id)
      if (known !== undefined) return known.until
      const stored = { sequence: ++mailbox.lastSequence, id: envelopeId(envelope), bytes: envelope.slice() }
      mailbox.kept.set(id, { stored, until })
      fresh.push(stored)
      return until
    })
    if (fresh.length > 0) for (const subscriber of mailbox.subscribers) subscriber.push(mailbox.id, fresh)
    return { kind: 'stored', until: times }
  }

  const fetch = (mailbox: Mailbox, after: number, limit: number): MailboxReply => {
    const items = [...mailbox.kept.values()].map(({ stored }) => stored).filter(({ sequence }) => sequence > after)
    return { kind: 'envelopes', items: items.slice(0, limit), more: items.length > limit }
  }

  const subscribe = (
    readKeys: readonly Uint8Array[],
    peerId: string | undefined,
    subscriber: Subscriber,
  ): MailboxReply => {
    const failures = readKeys.map((readKey) => {
      const mailbox = own(readKey)
      if (typeof mailbox === 'string') return mailbox
      mailbox.subscribers.add(subscriber)
      mailbox.presence.delete(subscriber)
      if (peerId !== undefined) mailbox.presence.set(subscriber, peerId)
      return undefined
    })
    const failure = failures.find((code) => code !== undefined)
    return failure === undefined ? { kind: 'ok' } : error(failure)
  }

  const left = ({ bundle }: Mailbox) => (bundle?.oneTime ?? []).filter(({ until }) => until > clock.now())

  const take = (mailbox: Mailbox, takeId: Uint8Array): MailboxReply => {
    const earlier = mailbox.takes.get(toHex(takeId))
    if (earlier !== undefined && earlier.until > clock.now()) return earlier.reply
    if (mailbox.bundle === undefined) return error('unknown-mailbox')
    mailbox.bundle.oneTime = left(mailbox)
    const oneTime = mailbox.bundle.oneTime.shift()?.part
    if (oneTime !== undefined) mailbox.taken.add(toHex(envelopeId(oneTime)))
    const reply: MailboxReply = { kind: 'bundle', main: mailbox.bundle.main, ...(oneTime && { oneTime }) }
    mailbox.takes.set(toHex(takeId), { reply, until: clock.now() + takeMs })
    return reply
  }

  const withMailbox = (found: Mailbox | RelayErrorCode, then: (mailbox: Mailbox) => MailboxReply): MailboxReply =>
    typeof found === 'string' ? error(found) : then(found)

  const self: Mailboxes = {
    full: false,
    pushKey: undefined,
    refusesPush: false,
    pushes: () => new Map([...open].map(([id, { pushes }]) => [id, [...pushes.values()]])),
    workBits: 0,
    run(command, subscriber) {
      switch (command.kind) {
        case 'open':
          return openMailbox(command.readKey, command.tier, command.membership)
        case 'close':
          return close(command.readKey)
        case 'put':
          return withMailbox(find(command.writeKey), (mailbox) => put(mailbox, command))
        case 'fetch':
          return withMailbox(own(command.readKey), (mailbox) => fetch(mailbox, command.after, command.limit))
        case 'ack':
          return withMailbox(own(command.readKey), (mailbox) => {
            for (const id of command.ids) mailbox.kept.delete(toHex(id))
            return { kind: 'ok' }
          })
        case 'subscribe':
          return subscriber === undefined
            ? error('bad-request')
            : subscribe(command.readKeys, command.peerId, subscriber)
        case 'locate':
          return withMailbox(find(command.writeKey), (mailbox) => {
            const peerId = [...mailbox.presence.values()].at(-1)
            return { kind: 'presence', ...(peerId !== undefined && { peerId }) }
          })
        case 'bundle.put':
          return withMailbox(own(command.readKey), (mailbox) => {
            const fresh = command.oneTime.filter((part) => !mailbox.taken.has(toHex(envelopeId(part))))
            const until = clock.now() + oneTimeMs
            mailbox.bundle = {
              main: command.main.slice(),
              oneTime: fresh.map((part) => ({ part: part.slice(), until })),
            }
            return { kind: 'ok' }
          })
        case 'bundle.take':
          return withMailbox(find(command.writeKey), (mailbox) => take(mailbox, command.takeId))
        case 'bundle.count':
          return withMailbox(own(command.readKey), (mailbox) => ({
            kind: 'pool',
            main: mailbox.bundle !== undefined,
            oneTime: left(mailbox).length,
          }))
        case 'turn':
          return error('bad-request')
        case 'join': {
          const result = members.join(command.code, command.membership)
          return result === 'ok' ? { kind: 'ok' } : error(result)
        }
        case 'push.set': {
          const { device, endpoint } = command
          if (endpoint !== undefined && (self.pushKey === undefined || self.refusesPush)) return error('bad-request')
          return withMailbox(own(command.readKey), ({ pushes }) => {
            if (endpoint === undefined) pushes.delete(toHex(device))
            else pushes.set(toHex(device), endpoint)
            return { kind: 'ok' }
          })
        }
      }
    },
    forget(subscriber) {
      for (const mailbox of open.values()) {
        mailbox.subscribers.delete(subscriber)
        mailbox.presence.delete(subscriber)
      }
    },
    forgetAll() {
      open.clear()
      closed.clear()
    },
    wasClosed: (writeKey) => find(writeKey) === 'gone',
    has: (writeKey) => typeof find(writeKey) !== 'string',
    envelopeCount: () => [...open.values()].reduce((sum, mailbox) => sum + mailbox.kept.size, 0),
    envelopes: () =>
      [...open.values()].flatMap((mailbox) => [...mailbox.kept.values()].map(({ stored }) => stored.bytes)),
    bundles: () =>
      [...open.values()].flatMap((mailbox) =>
        mailbox.bundle === undefined ? [] : [{ main: mailbox.bundle.main, oneTime: left(mailbox).length }],
      ),
    ids: () => [...open.keys()],
  }
  return self
}

function error(code: RelayErrorCode): MailboxReply {
  return { kind: 'error', code }
}
