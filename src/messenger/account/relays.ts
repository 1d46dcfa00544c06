// The relays a person uses: the first one gets new mailboxes; the others are kept as long as mailboxes are there.

import type { RelaysApi, RelayView } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Mailboxes } from '../delivery/mailboxes.ts'
import { times } from '../limits.ts'
import type { RelayConnection } from '../ports.ts'
import { TransportError } from '../ports.ts'
import { relayName, relayOrigin } from '../relay-name.ts'

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
  const problems = new Map<string, Problem>()
  let cancelPoll: (() => void) | undefined

  const inUse = (): string[] => [...new Set([...self.row.relays, ...mailboxes.relays()])]

  const report = (url: string, error: unknown): void => {
    const problem = error instanceof TransportError ? problemOf(error) : undefined
    if (problem !== undefined) problems.set(url, problem)
    events.emit('change', { what: 'relays' })
  }

  function sync(relay: RelayConnection): void {
    mailboxes.sync(relay).then(
      () => {
        if (problems.delete(relay.url)) events.emit('change', { what: 'relays' })
      },
      (error: unknown) => {
        log.debug('mailbox-sync-failed')
        report(relay.url, error)
      },
    )
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

  return {
    list: () =>
      Promise.resolve(
        self.row.relays.map((url) => {
          const problem = problems.get(url)
          const { state } = transport.relay(url)
          return { url, name: relayName(url), state, ...(problem === undefined || state === 'live' ? {} : { problem }) }
        }),
      ),
    async add(text) {
      const url = relayOrigin(text)
      if (url === undefined) throw new UsageError('bad-relay-url')
      if (self.row.relays.includes(url)) return
      await transport.relay(url).info({ signal: AbortSignal.any([context.closing, AbortSignal.timeout(times.callMs)]) })
      await ledger.change(async (change) => self.update(change, { relays: [...self.row.relays, url] }))
      this.keep()
      events.emit('change', { what: 'relays' })
    },
    async remove(url) {
      if (!self.row.relays.includes(url)) return
      if (self.row.relays.length === 1) throw new UsageError('last-relay')
      await ledger.change(async (change) =>
        self.update(change, { relays: self.row.relays.filter((other) => other !== url) }),
      )
      await left(url)
      // Kept on as long as something of mine may come there.
      this.keep()
      events.emit('change', { what: 'relays' })
    },
    keep() {
      transport.keepRelays(inUse())
      if (cancelPoll === undefined) poll()
    },
    changed(connection) {
      events.emit('change', { what: 'relays' })
      if (connection.state === 'live') sync(connection)
      // Says why, which the state alone does not.
      else if (connection.state === 'offline')
        connection.info({ signal: context.closing }).catch((error: unknown) => report(connection.url, error))
    },
    close: () => cancelPoll?.(),
  }
}

function problemOf(error: TransportError): Problem | undefined {
  if (error.code === 'not-a-relay' || error.code === 'relay-version' || error.code === 'relay-unreachable')
    return error.code
  return error.code === 'timeout' ? 'relay-unreachable' : undefined
}
