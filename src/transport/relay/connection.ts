// Everything between this device and one relay: HTTP always, and, while the relay is kept, a live stream that is dialled
// again whenever it is lost.
//
//   keep ─► connecting ─► live ─► (lost) connecting ─► live …
//                 └─► offline ─(delay, or a wake-up)─► live …

import type { Clock, Log, Random, RelayConnection } from '../../messenger/ports.ts'
import { TransportError } from '../../messenger/ports.ts'
import type { MailboxPush, RelayInfo } from '../../protocol/mailbox/command.ts'
import { cancellable } from '../cancel.ts'
import type { Host, IceServer, RelayLine } from '../host.ts'
import { limits } from '../limits.ts'
import type { RelayHttp } from './http.ts'
import { createMailboxStream, type MailboxStream } from './mailbox-stream.ts'
import { redialDelayMs } from './redial.ts'
import { createTurnLease } from './turn.ts'

export interface KeptConnection extends RelayConnection {
  /** Whether to hold a live connection. */
  keep(kept: boolean): void
  /** The network may have changed: what stands is tested, what waits tries at once. */
  wake(): void
  /** What the relay offers for direct connections now, with fresh credentials. Never rejects. */
  iceServers(): Promise<readonly IceServer[]>
}

export interface ConnectionOptions {
  readonly url: string
  readonly http: RelayHttp
  readonly host: () => Promise<Host>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly onState: (connection: RelayConnection) => void
  readonly onPush: (push: MailboxPush) => void
}

export function createRelayConnection(options: ConnectionOptions): KeptConnection {
  const { url, http, clock, random, log } = options
  let state: RelayConnection['state'] = 'offline'
  let info: Promise<RelayInfo> | undefined
  let lastInfo: RelayInfo | undefined
  /** What belongs to the present attempt or connection; aborted when it is over. */
  let attempt: AbortController | undefined
  let mailbox: MailboxStream | undefined
  let failures = 0
  let stopWaiting: (() => void) | undefined
  let kept = false

  const turn = createTurnLease({ clock, stream: () => mailbox })

  const enter = (next: RelayConnection['state']): void => {
    if (next === state) return
    state = next
    options.onState(connection)
  }

  const readInfo = async (): Promise<RelayInfo> => {
    const reading = http.info()
    info = reading
    try {
      lastInfo = await reading
      return lastInfo
    } catch (error) {
      if (info === reading) info = undefined
      throw error
    }
  }

  /** Ends the attempt or connection that stands, if it is still this one, and waits before the next. */
  const lose = (lost: AbortController): void => {
    if (attempt !== lost) return
    attempt = undefined
    lost.abort()
    mailbox?.close()
    mailbox = undefined
    if (!kept) return enter('offline')
    failures++
    stopWaiting = clock.after(redialDelayMs(failures, random), () => void connect())
    enter('offline')
  }

  const connect = async (): Promise<void> => {
    stopWaiting?.()
    stopWaiting = undefined
    if (!kept || attempt !== undefined) return
    const current = new AbortController()
    attempt = current
    if (failures === 0) enter('connecting')
    const stopTimer = clock.after(limits.connectTimeoutMs, () => lose(current))
    try {
      const [relay, host] = await Promise.all([readInfo(), options.host()])
      const line = await host.connectRelay(
        { url, peerId: relay.peerId, webSocketPath: relay.webSocketPath },
        current.signal,
      )
      current.signal.addEventListener('abort', () => line.close(), { once: true })
      if (current.signal.aborted) return line.close()
      line.onClosed(() => lose(current))
      const [openFrames] = await Promise.all([line.openMailbox(current.signal), reserve(line, current.signal)])
      if (current.signal.aborted) return
      mailbox = createMailboxStream({
        clock,
        open: (onFrame, onClosed) => openFrames({ maxFrameBytes: limits.responseBytes, onFrame, onClosed }),
        onPush: options.onPush,
        onClosed: () => lose(current),
      })
      failures = 0
      enter('live')
    } catch (error) {
      log.debug('relay-connect-failed', { code: error instanceof TransportError ? error.code : 'other' })
      lose(current)
    } finally {
      stopTimer()
    }
  }

  /** Without a circuit address the mailboxes still work: direct connections to this device have to wait. */
  const reserve = async (line: RelayLine, signal: AbortSignal): Promise<void> => {
    try {
      await line.reserve()
    } catch {
      if (signal.aborted) return
      log.warn('relay-reservation-failed')
      const stop = clock.after(limits.reserveAgainMs, () => void reserve(line, signal))
      signal.addEventListener('abort', stop, { once: true })
    }
  }

  const connection: KeptConnection = {
    url,
    get state() {
      return state
    },
    async iceServers() {
      const named = lastInfo?.iceServers ?? []
      const server = lastInfo?.turn === true ? await turn.server() : undefined
      return server === undefined ? named : [...named, server]
    },
    info: (callOptions) => cancellable(() => info ?? readInfo(), callOptions?.signal),
    call: (commands, callOptions) =>
      mailbox === undefined ? http.call(commands, callOptions) : mailbox.call(commands, callOptions),
    putSegment: (blobId, index, bytes, callOptions) => http.putSegment(blobId, index, bytes, callOptions),
    getSegment: (blobId, index, callOptions) => http.getSegment(blobId, index, callOptions),
    presentSegments: (blobId, callOptions) => http.presentSegments(blobId, callOptions),
    keep(next) {
      if (next === kept) return
      kept = next
      failures = 0
      if (kept) {
        void connect()
        return
      }
      stopWaiting?.()
      if (attempt === undefined) enter('offline')
      else lose(attempt)
    },
    wake() {
      if (!kept) return
      failures = Math.min(failures, 1)
      if (mailbox !== undefined) mailbox.probe(limits.wakeTimeoutMs)
      else void connect()
    },
  }
  return connection
}
