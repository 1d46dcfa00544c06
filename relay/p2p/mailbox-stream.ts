// The libp2p protocol `/safelight/mailbox/1`: requests and responses as on HTTP, each frame with its length before it,
// and pushes of new envelopes (mailbox-pushes.ts) between the responses. Spec: docs/protocol.md §2.
//
// [Note: Bytes of streams] What a peer makes the relay hold is counted (held-bytes.ts): a request from its first byte until it was
// handled, an answer or a push until the peer took it, and while it does not, what the stream may receive behind the request.
// Where envelopes are asked for, or pushed, room for them is there before they are read: at an address whose share is all on
// its way to others, the request waits, and nobody is cut who takes what comes.

import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import type { Connection, Stream } from '@libp2p/interface'
import type { MailboxRequest } from '../../src/protocol/mailbox/codec.ts'
import { decodeRequest, encodeResponse } from '../../src/protocol/mailbox/codec.ts'
import type { RelayErrorCode } from '../../src/protocol/mailbox/command.ts'
import type { Held, HeldBytes } from '../held-bytes.ts'
import type { RelayLimits } from '../limits.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import type { MailboxListener } from '../mailbox/caller.ts'
import type { Hub } from '../mailbox/hub.ts'
import type { MailboxService } from '../mailbox/service.ts'
import type { Metrics } from '../metrics.ts'
import type { MailboxStore } from '../storage/store.ts'
import { createFrameReader, withFrameLength } from './frame-reader.ts'
import { createMailboxPushes } from './mailbox-pushes.ts'
import { streamWindowBytes } from './node.ts'
import { untilTaken } from './until-taken.ts'

export const mailboxProtocol = '/safelight/mailbox/1'

export interface MailboxStreamOptions {
  readonly service: MailboxService
  readonly mailboxes: MailboxStore
  /** Of the client behind a connection; undefined: no limit by it. */
  readonly addressOf: (connection: Connection) => string | undefined
  /** Over all streams. */
  readonly heldBytes: HeldBytes
  readonly hub: Hub
  readonly limits: RelayLimits
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => number
}

/** Serves one stream until either side ends it. */
export function serveMailboxStream(stream: Stream, connection: Connection, options: MailboxStreamOptions): void {
  const { service, mailboxes, heldBytes, hub, limits, metrics, log, now } = options
  const reader = createFrameReader(limits.requestBytes)
  const peerId = connection.remotePeer.toString()
  let handling = false
  let ended = false
  let heardAtMs = now()
  let frameTimer: NodeJS.Timeout | undefined
  /** Of the request that is coming or being handled. */
  let incoming: Held | undefined
  // One frame at a time on the wire, waiting for the peer to take it.
  let writing: Promise<void> = Promise.resolve()

  const pushes = createMailboxPushes({ mailboxes, limits, metrics, now, roomFor, write, fail })
  const listener: MailboxListener = {
    follow: (id, newest) => pushes.follow(id, newest),
    wake: (id) => pushes.wake(id),
    get heardAtMs() {
      return heardAtMs
    },
    ownPeerId: peerId,
  }
  const address = options.addressOf(connection)
  const caller = { rateKey: connection.id, ...(address === undefined ? {} : { address }), stream: { listener, peerId } }

  const cut = (): void => fail(new Error('others need the memory'))
  const hold = (bytes: number): Held => heldBytes.hold(address, bytes, cut)

  /** Also for what the stream may receive while that much waits. Undefined: the stream has ended. */
  async function roomFor(bytes: number): Promise<Held | undefined> {
    while (!ended) {
      const held = heldBytes.offer(address, bytes + streamWindowBytes, cut)
      if (held !== undefined) return held
      // It is not the peer that keeps the request waiting.
      incoming?.moved()
      await setTimeoutAsync(limits.roomMs, undefined, { ref: false })
    }
    return undefined
  }

  function write(frame: Uint8Array, held = hold(frame.length)): Promise<void> {
    writing = writing
      .then(async () => {
        if (ended || stream.send(withFrameLength(frame))) return
        held.set(frame.length + streamWindowBytes)
        await untilTaken(stream, limits, () => held.moved())
      })
      .finally(() => held.release())
    return writing
  }

  async function answer({ id, commands }: MailboxRequest): Promise<void> {
    const room = commands.some(({ kind }) => kind === 'fetch') ? await roomFor(limits.answerBytes) : undefined
    if (ended) return
    try {
      const replies = await service.handle(commands, caller)
      countHandled()
      // A stream that closed meanwhile must not stay subscribed.
      if (ended) return hub.detach(listener)
      await write(encodeResponse({ id, replies }), room)
    } finally {
      room?.release()
    }
  }

  async function handleFrames(): Promise<void> {
    if (handling || ended) return
    handling = true
    if (stream.readStatus === 'readable') stream.pause()
    try {
      for (let frame = reader.next(); frame !== undefined && !ended; frame = reader.next()) {
        if (frame.kind === 'bad-length') return await refuse('too-large', 0)
        // What comes behind it is another frame, with time of its own.
        clearFrameTimer()
        const request = decodeRequest(frame.bytes)
        if (request === undefined) return await refuse('bad-request', 0)
        if (request.kind === 'unsupported-version') return await refuse(request.kind, request.id)
        await answer(request)
      }
    } finally {
      handling = false
    }
    watchPartialFrame()
    if (!ended && stream.readStatus === 'paused') stream.resume()
    // The peer said all it had to say: its answers are written, so the stream can end.
    if (!ended && stream.remoteWriteStatus !== 'writable' && reader.sizeBytes === 0) await close()
  }

  /** Says why and ends the stream: what follows broken bytes cannot be understood. */
  async function refuse(code: RelayErrorCode, id: number): Promise<void> {
    metrics.count('safelight_bad_frames_total')
    await write(encodeResponse({ id, replies: [{ kind: 'error', code }] }))
    await close()
  }

  /** Of a request, from its first byte on. */
  function countIncoming(): void {
    incoming ??= hold(0)
    incoming.moved()
    incoming.set(reader.sizeBytes)
  }

  /** What came behind it is another request. */
  function countHandled(): void {
    incoming?.release()
    incoming = undefined
    if (!ended && reader.sizeBytes > 0) countIncoming()
  }

  /** A frame that was begun has to be finished in time. */
  function watchPartialFrame(): void {
    if (reader.sizeBytes === 0) clearFrameTimer()
    else frameTimer ??= setTimeout(() => fail(new Error('frame timeout')), limits.frameMs).unref()
  }

  function clearFrameTimer(): void {
    clearTimeout(frameTimer)
    frameTimer = undefined
  }

  async function close(): Promise<void> {
    if (ended) return
    end()
    await stream.close({ signal: AbortSignal.timeout(limits.drainMs) })
  }

  function end(): void {
    ended = true
    clearTimeout(frameTimer)
    incoming?.release()
    hub.detach(listener)
    pushes.end()
  }

  function fail(error: unknown): void {
    end()
    // A peer that vanished or dawdled is daily life.
    log.debug(errorFields(error), 'mailbox stream ended')
    stream.abort(error instanceof Error ? error : new Error('mailbox stream failed'))
  }

  stream.addEventListener('message', (event) => {
    if (ended) return
    heardAtMs = now()
    reader.push(event.data instanceof Uint8Array ? event.data : event.data.subarray())
    countIncoming()
    if (!handling) handleFrames().catch(fail)
  })
  stream.addEventListener('remoteCloseWrite', () => {
    if (!handling) handleFrames().catch(fail)
  })
  stream.addEventListener('close', end)
}
