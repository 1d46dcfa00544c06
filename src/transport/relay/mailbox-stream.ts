// The mailbox protocol over one live stream: many requests at a time, told apart by their ids, and pushes between the
// responses. Spec: docs/protocol.md §2, §7.

import type { CallOptions, Clock } from '../../messenger/ports.ts'
import { TransportError } from '../../messenger/ports.ts'
import { decodeServerFrame } from '../../protocol/mailbox/codec.ts'
import type { MailboxCommand, MailboxPush, MailboxReply } from '../../protocol/mailbox/command.ts'
import { cancellable } from '../cancel.ts'
import type { FrameStream } from '../frames.ts'
import { limits } from '../limits.ts'
import { runBatches } from './batches.ts'

export interface MailboxStream {
  /** @throws TransportError */
  call(commands: readonly MailboxCommand[], options?: CallOptions): Promise<readonly MailboxReply[]>
  /** Ends the stream when the relay does not answer in time. */
  probe(timeoutMs: number): void
  close(): void
}

export interface MailboxStreamOptions {
  readonly clock: Clock
  /** Opens the frames of the stream; what the relay sends goes to the given callbacks. */
  readonly open: (onFrame: (frame: Uint8Array) => void, onClosed: () => void) => FrameStream
  readonly onPush: (push: MailboxPush) => void
  readonly onClosed: () => void
}

interface Waiting {
  readonly resolve: (replies: readonly MailboxReply[]) => void
  readonly reject: (error: TransportError) => void
}

export function createMailboxStream({ clock, open, onPush, onClosed }: MailboxStreamOptions): MailboxStream {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let ended = false
  let stopHeartbeat: () => void = () => {}

  const end = (error: TransportError): void => {
    if (ended) return
    ended = true
    stopHeartbeat()
    frames.abort()
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    onClosed()
  }

  const onFrame = (bytes: Uint8Array): void => {
    restartHeartbeat()
    const frame = decodeServerFrame(bytes)
    if (frame?.kind === 'push') {
      onPush({ mailboxId: frame.mailboxId, items: frame.items })
    } else if (frame?.kind === 'response') {
      // Answers to calls that were cancelled meanwhile find nobody waiting.
      waiting.get(frame.id)?.resolve(frame.replies)
    } else {
      end(new TransportError(frame === undefined ? 'not-a-relay' : 'relay-version'))
    }
  }

  const request = async (bytes: Uint8Array, id: number): Promise<readonly MailboxReply[]> => {
    if (ended) throw new TransportError('relay-unreachable')
    const { promise, resolve, reject } = Promise.withResolvers<readonly MailboxReply[]>()
    waiting.set(id, { resolve, reject })
    const stopTimer = clock.after(limits.requestTimeoutMs, () => reject(new TransportError('timeout')))
    try {
      frames.send(bytes).catch(() => reject(new TransportError('relay-unreachable')))
      return await promise
    } finally {
      stopTimer()
      waiting.delete(id)
    }
  }

  const call: MailboxStream['call'] = (commands, options) =>
    cancellable(() => runBatches(commands, request, () => (lastId = (lastId + 1) % 0x1_0000_0000)), options?.signal)

  const probe = (timeoutMs: number): void => {
    if (ended) return
    const stopTimer = clock.after(timeoutMs, () => end(new TransportError('timeout')))
    // The end of the stream rejects it: nothing is left to do then.
    call([]).then(stopTimer, stopTimer)
  }

  const restartHeartbeat = (): void => {
    stopHeartbeat()
    stopHeartbeat = clock.after(limits.heartbeatMs, () => {
      probe(limits.heartbeatTimeoutMs)
      restartHeartbeat()
    })
  }

  const frames = open(onFrame, () => end(new TransportError('relay-unreachable')))
  restartHeartbeat()

  return { call, probe, close: () => end(new TransportError('relay-unreachable')) }
}
