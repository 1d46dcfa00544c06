// A relay inside the process, for story tests: real mailbox semantics, no network, and switches for everything that
// goes wrong with a relay.

import type { Clock, TransportErrorCode } from '../../messenger/ports.ts'
import { TransportError } from '../../messenger/ports.ts'
import { equalBytes } from '../../protocol/bytes.ts'
import type { MailboxCommand, MailboxPush, MailboxReply, RelayInfo } from '../../protocol/mailbox/command.ts'
import { type Blobs, createBlobs, refused } from './blobs.ts'
import { createMailboxes, type Mailboxes, memoryRelayLimits, type Subscriber } from './mailboxes.ts'
import { createMembers, type MembersAdmin } from './members.ts'

/** What happens to one push on its way. */
export type PushFate = 'deliver' | 'drop' | 'duplicate' | { readonly delayMs: number }

/** One device's live stream to the relay. */
export interface MemorySession {
  push(push: MailboxPush): void
  /** The relay went away. */
  lost(): void
}

/** What a test does to a relay, and what it can see of it. */
export interface MemoryRelay {
  readonly url: string
  /** Down: streams end and every call fails with `relay-unreachable`. What was stored stays. */
  setUp(up: boolean): void
  /** Makes every call fail with this code, as a foreign service or another version would; undefined: answers again. */
  failWith(code: TransportErrorCode | undefined): void
  /** While set, requests are carried out but their answers are lost (as when a relay dies after its commit). */
  loseReplies(lose: boolean): void
  /** Changes each answer before it is given: a relay that lies. Undefined: gives it as it is. */
  lie(change: ((reply: MailboxReply) => MailboxReply) | undefined): void
  /** Decides over each push; undefined: deliver. */
  onPush(fate: ((push: MailboxPush) => PushFate) | undefined): void
  /** Refuses new envelopes, mailboxes and segments for want of space. */
  setFull(full: boolean): void
  /** Asks strangers for this many bits of work for each envelope; 0: for none. */
  askForWork(bits: number): void
  /** Forgets the segments of one blob, or of all. */
  expireBlobs(blobId?: string): void
  /** Forgets all mailboxes and segments, as a relay on a new disk does. Take it down before. */
  wipe(): void
  /** Its key at push services; undefined, as at first: it wakes nobody. */
  setPushKey(key: string | undefined): void
  /** Knows the push services of nobody. */
  refusePush(refuse: boolean): void
  /** The endpoints that each mailbox wakes, by its id (hex). */
  pushes(): ReadonlyMap<string, readonly string[]>
  /** Open to everybody, as long as nothing else is said here. */
  readonly members: MembersAdmin
  readonly counters: {
    readonly envelopesStored: number
    readonly segmentsStored: number
    /** Envelopes and segments deposited so far, also those since deleted. */
    readonly putEnvelopes: number
    readonly putSegments: number
    readonly calls: number
  }
  /** The envelopes held now. */
  envelopes(): readonly Uint8Array[]
  /** The bundles offered now: their main parts, and how many one-time parts are left. */
  bundles(): readonly { readonly main: Uint8Array; readonly oneTime: number }[]
  /** The mailboxes open now, by id (hex). */
  mailboxes(): readonly string[]
}

/** What a transport does with a relay. */
export interface MemoryRelayServer extends MemoryRelay {
  readonly up: boolean
  connect(session: MemorySession): Subscriber
  disconnect(session: MemorySession): void
  /** Runs once whenever the relay comes (back) up. */
  onUp(listener: () => void): () => void
  info(): Promise<RelayInfo>
  call(commands: readonly MailboxCommand[], subscriber: Subscriber | undefined): Promise<readonly MailboxReply[]>
  blobs<T>(use: (blobs: Blobs) => T): Promise<T>
  putSegment(
    writeKey: Uint8Array,
    blobId: string,
    index: number,
    bytes: Uint8Array,
    segmentCount: number,
  ): Promise<void>
}

export function createMemoryRelay(url: string, clock: Clock): MemoryRelayServer {
  const members = createMembers(url, clock)
  const mailboxes: Mailboxes = createMailboxes(clock, members)
  const blobs = createBlobs()
  /** The write keys that blobs were put with. */
  const owners = new Map<string, Uint8Array>()
  const sessions = new Map<MemorySession, Subscriber>()
  const upListeners = new Set<() => void>()
  const counters = { putEnvelopes: 0, putSegments: 0, calls: 0 }
  let up = true
  let failure: TransportErrorCode | undefined
  let losing = false
  let lieOf: ((reply: MailboxReply) => MailboxReply) | undefined
  let fateOf: ((push: MailboxPush) => PushFate) | undefined

  /** One request: fails as the switches say, else does the work, in a later microtask as any network would. */
  const request = async <T>(work: () => T): Promise<T> => {
    await Promise.resolve()
    if (!up) throw new TransportError('relay-unreachable')
    if (failure !== undefined) throw new TransportError(failure)
    counters.calls++
    const result = work()
    await Promise.resolve()
    if (losing || !up) throw new TransportError('relay-unreachable')
    return result
  }

  const deliver = (session: MemorySession, push: MailboxPush): void => {
    const fate = fateOf?.(push) ?? 'deliver'
    const send = (): void => {
      if (sessions.has(session)) session.push(push)
    }
    if (fate === 'drop') return
    if (typeof fate === 'object') {
      clock.after(fate.delayMs, send)
      return
    }
    queueMicrotask(send)
    if (fate === 'duplicate') queueMicrotask(send)
  }

  const drop = (session: MemorySession): void => {
    const subscriber = sessions.get(session)
    sessions.delete(session)
    if (subscriber !== undefined) mailboxes.forget(subscriber)
  }

  return {
    url,
    get up() {
      return up
    },
    setUp(next) {
      if (next === up) return
      up = next
      if (up) for (const listener of upListeners) queueMicrotask(listener)
      else
        for (const session of sessions.keys()) {
          drop(session)
          session.lost()
        }
    },
    failWith(code) {
      failure = code
    },
    loseReplies(lose) {
      losing = lose
    },
    lie(change) {
      lieOf = change
    },
    onPush(fate) {
      fateOf = fate
    },
    setFull(full) {
      mailboxes.full = full
      blobs.full = full
    },
    askForWork(bits) {
      mailboxes.workBits = bits
    },
    expireBlobs: (blobId) => blobs.forget(blobId),
    wipe() {
      mailboxes.forgetAll()
      blobs.forget()
    },
    setPushKey(key) {
      mailboxes.pushKey = key
    },
    refusePush(refuse) {
      mailboxes.refusesPush = refuse
    },
    pushes: () => mailboxes.pushes(),
    members,
    get counters() {
      return { ...counters, envelopesStored: mailboxes.envelopeCount(), segmentsStored: blobs.segmentCount() }
    },
    envelopes: () => mailboxes.envelopes(),
    bundles: () => mailboxes.bundles(),
    mailboxes: () => mailboxes.ids(),
    connect(session) {
      const subscriber: Subscriber = { push: (mailboxId, items) => deliver(session, { mailboxId, items }) }
      sessions.set(session, subscriber)
      return subscriber
    },
    disconnect: drop,
    onUp(listener) {
      upListeners.add(listener)
      return () => upListeners.delete(listener)
    },
    info: () => request(() => relayInfo(members.membership, mailboxes.pushKey)),
    call: (commands, subscriber) =>
      request(() =>
        commands.map((command) => {
          if (command.kind === 'put') counters.putEnvelopes += command.envelopes.length
          const reply = mailboxes.run(command, subscriber)
          return lieOf?.(reply) ?? reply
        }),
      ),
    blobs: (use) => request(() => use(blobs)),
    putSegment: (writeKey, blobId, index, bytes, segmentCount) =>
      request(() => {
        if (!mailboxes.has(writeKey)) throw refused(mailboxes.wasClosed(writeKey) ? 410 : 404)
        const owner = owners.get(blobId)
        if (owner !== undefined && !equalBytes(owner, writeKey) && mailboxes.has(owner)) throw refused(403)
        owners.set(blobId, writeKey.slice())
        blobs.put(blobId, index, bytes, segmentCount)
        counters.putSegments++
      }),
  }
}

function relayInfo(membership: RelayInfo['membership'], pushKey: string | undefined): RelayInfo {
  return {
    service: 'safelight',
    versions: [1],
    peerId: 'memory-relay',
    webSocketPath: '/p2p',
    membership,
    limits: memoryRelayLimits,
    ...(pushKey === undefined ? {} : { pushKey }),
    iceServers: [],
  }
}
