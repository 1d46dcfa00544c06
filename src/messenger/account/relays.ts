// The relays a person uses: the first one gets new mailboxes; the others are kept as long as mailboxes are there.

import type { RelayInfo } from '../../protocol/mailbox/command.ts'
import { decodeJoinLink } from '../../protocol/mailbox/membership.ts'
import type { RelaysApi, RelayView } from '../api.ts'
import { JoinError, UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Mailboxes } from '../delivery/mailboxes.ts'
import { times } from '../limits.ts'
import type { RelayConnection } from '../ports.ts'
import { TransportError } from '../ports.ts'
import { relayName, relayOrigin } from '../relay-name.ts'
import { createMemberships } from './memberships.ts'

export interface Relays extends RelaysApi {
  /** Keeps live connections to all relays in use. */
  keep(): void
  changed(connection: RelayConnection): void
  close(): void
}

type Problem = NonNullable<RelayView['problem']>

/** `left`: a relay was taken off the list; what is there has to go. */
export function createRelays(context: Context, mailboxes: Mailboxes, left: (url: string) => Promise<void>): Relays {
  const { ledger, self, transport, clock, events, log } = context
  const memberships = createMemberships(context)
  const problems = new Map<string, Problem>()
  /** As the relays said last. */
  const kinds = new Map<string, RelayInfo['membership']>()
  /** Relays that are to be asked again soon. */
  const waits = new Set<string>()
  let cancelPoll: (() => void) | undefined

  const inUse = (): string[] => [...new Set([...self.row.relays, ...mailboxes.relays()])]

  const report = (url: string, error: unknown): void => {
    const problem = error instanceof TransportError ? problemOf(error) : undefined
    if (problem !== undefined) problems.set(url, problem)
    events.emit('change', { what: 'relays' })
  }

  const call = () => ({ signal: AbortSignal.any([context.closing, AbortSignal.timeout(times.callMs)]) })

  const isOutside = (url: string): boolean => (kinds.get(url) ?? 'open') !== 'open' && !memberships.isMember(url)

  function problemAt(url: string, state: RelayView['state']): Problem | undefined {
    const problem = problems.get(url)
    if (problem === 'banned') return problem
    if (isOutside(url)) return 'not-a-member'
    return problem === 'not-a-member' || state !== 'live' ? problem : undefined
  }

  /** What it says of itself, and what was to be said to it. */
  async function greet(relay: RelayConnection): Promise<void> {
    const { membership } = await relay.info(call())
    const before = kinds.get(relay.url) ?? 'open'
    kinds.set(relay.url, membership)
    if (membership !== before) events.emit('change', { what: 'relays' })
    if (await memberships.resume(relay.url)) sync(relay)
  }

  async function addOwn(url: string): Promise<void> {
    if (!self.row.relays.includes(url))
      await ledger.change(async (change) => self.update(change, { relays: [...self.row.relays, url] }))
    self_.keep()
    events.emit('change', { what: 'relays' })
  }

  function sync(relay: RelayConnection): void {
    mailboxes.sync(relay).then(
      (laterMs) => {
        if (laterMs !== undefined) syncAgain(relay, laterMs)
        if (problems.delete(relay.url)) events.emit('change', { what: 'relays' })
      },
      (error: unknown) => {
        log.debug('mailbox-sync-failed')
        report(relay.url, error)
      },
    )
  }

  /** It had no time for all of them: many came at once. */
  function syncAgain(relay: RelayConnection, laterMs: number): void {
    if (waits.has(relay.url) || context.closing.aborted) return
    waits.add(relay.url)
    clock.after(laterMs, () => {
      waits.delete(relay.url)
      if (!context.closing.aborted && inUse().includes(relay.url)) sync(relay)
    })
  }

  /** Where no live stream is to be had, mailboxes are asked now and then; elsewhere seldom, in case a push was lost. */
  function poll(round = 1): void {
    cancelPoll = clock.after(times.pollMs, () => {
      if (context.closing.aborted) return
      for (const url of inUse()) {
        const relay = transport.relay(url)
        if (relay.state !== 'live' || round % times.livePollRounds === 0) sync(relay)
      }
      poll(round + 1)
    })
  }

  const self_: Relays = {
    list: () =>
      Promise.resolve(
        self.row.relays.map((url) => {
          const { state } = transport.relay(url)
          const problem = problemAt(url, state)
          const kind = kinds.get(url)
          const outside = kind === undefined ? undefined : 'none'
          const membership = kind === 'open' ? kind : memberships.isMember(url) ? 'member' : outside
          return {
            url,
            name: relayName(url),
            state,
            ...(membership === undefined ? {} : { membership }),
            ...(problem === undefined ? {} : { problem }),
          }
        }),
      ),
    async add(text) {
      const url = relayOrigin(text)
      if (url === undefined) throw new UsageError('bad-relay-url')
      if (self.row.relays.includes(url)) return
      await greet(transport.relay(url))
      await addOwn(url)
    },
    async join(text) {
      const link = decodeJoinLink(text)
      if (link === undefined) throw new JoinError('broken')
      const relay = transport.relay(link.relay)
      await memberships.join(link)
      problems.delete(link.relay)
      await addOwn(link.relay)
      greet(relay).catch(() => log.debug('relay-greet-later'))
      sync(relay)
    },
    async remove(url) {
      if (!self.row.relays.includes(url)) return
      if (self.row.relays.length === 1) throw new UsageError('last-relay')
      await ledger.change(async (change) =>
        self.update(change, { relays: self.row.relays.filter((other) => other !== url) }),
      )
      await left(url)
      // Kept on as long as something of mine may come there.
      self_.keep()
      events.emit('change', { what: 'relays' })
    },
    keep() {
      transport.keepRelays(inUse())
      if (cancelPoll === undefined) poll()
    },
    changed(connection) {
      events.emit('change', { what: 'relays' })
      if (connection.state === 'live') {
        sync(connection)
        greet(connection).catch(() => log.debug('relay-greet-later'))
      }
      // Says why, which the state alone does not.
      else if (connection.state === 'offline')
        connection.info({ signal: context.closing }).catch((error: unknown) => report(connection.url, error))
    },
    close: () => cancelPoll?.(),
  }
  return self_
}

function problemOf(error: TransportError): Problem | undefined {
  switch (error.code) {
    case 'not-a-relay':
    case 'relay-version':
    case 'relay-unreachable':
    case 'not-a-member':
    case 'banned':
      return error.code
    case 'timeout':
      return 'relay-unreachable'
    default:
      return undefined
  }
}
