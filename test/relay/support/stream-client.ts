// A libp2p peer that speaks `/safelight/mailbox/1` to a relay, without the messenger's own transport.

import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p, Stream } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { createFrameReader, withFrameLength } from '../../../relay/p2p/frame-reader.ts'
import { decodeServerFrame, encodeRequest } from '../../../src/protocol/mailbox/codec.ts'
import type { MailboxCommand, MailboxPush, MailboxReply } from '../../../src/protocol/mailbox/command.ts'

export interface TestPeer extends AsyncDisposable {
  readonly libp2p: Libp2p
  readonly peerId: string
  open(): Promise<TestStream>
}

export interface TestStream {
  readonly stream: Stream
  send(...commands: readonly MailboxCommand[]): Promise<readonly MailboxReply[]>
  /** As they are, with no length before them. */
  sendRaw(bytes: Uint8Array): void
  /** The next response, whatever it answers. */
  nextReplies(): Promise<readonly MailboxReply[]>
  nextPush(): Promise<MailboxPush>
  /** Resolves when the stream has ended. */
  readonly closed: Promise<void>
}

/** @param options `windowBytes`: what a stream takes while it is paused; otherwise that grows */
export async function connectPeer(
  relay: { readonly port: number; readonly peerId: string; readonly url?: string },
  { windowBytes }: { readonly windowBytes?: number } = {},
): Promise<TestPeer> {
  const streamOptions = windowBytes === undefined ? {} : { maxStreamWindowSize: windowBytes }
  const libp2p = await createLibp2p({
    addresses: { listen: [] },
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ streamOptions })],
    connectionMonitor: { enabled: false },
    services: { identify: identify() },
  })
  const tls = relay.url?.startsWith('https:') === true ? '/tls' : ''
  const address = multiaddr(`/ip4/127.0.0.1/tcp/${relay.port}${tls}/ws/p2p/${relay.peerId}`)
  const connection = await libp2p.dial(address)
  return {
    libp2p,
    peerId: libp2p.peerId.toString(),
    open: async () => openStream(await connection.newStream('/safelight/mailbox/1')),
    async [Symbol.asyncDispose]() {
      await libp2p.stop()
    },
  }
}

function openStream(stream: Stream): TestStream {
  const reader = createFrameReader(4 * 1024 * 1024)
  const responses = createInbox<readonly MailboxReply[]>()
  const pushes = createInbox<MailboxPush>()
  const closed = Promise.withResolvers<void>()
  let nextId = 1
  stream.addEventListener('message', (event) => {
    reader.push(event.data instanceof Uint8Array ? event.data : event.data.subarray())
    for (let frame = reader.next(); frame?.kind === 'frame'; frame = reader.next()) {
      const decoded = decodeServerFrame(frame.bytes)
      if (decoded?.kind === 'response') responses.put(decoded.replies)
      if (decoded?.kind === 'push') pushes.put(decoded)
    }
  })
  stream.addEventListener('remoteCloseWrite', () => closed.resolve())
  stream.addEventListener('close', () => closed.resolve())
  return {
    stream,
    closed: closed.promise,
    async send(...commands) {
      stream.send(withFrameLength(encodeRequest({ id: nextId++, commands })))
      return responses.take()
    },
    sendRaw: (bytes) => {
      stream.send(bytes)
    },
    nextReplies: () => responses.take(),
    nextPush: () => pushes.take(),
  }
}

function createInbox<T>(): { put(item: T): void; take(): Promise<T> } {
  const items: T[] = []
  const waiting: ((item: T) => void)[] = []
  return {
    put(item) {
      const first = waiting.shift()
      if (first === undefined) items.push(item)
      else first(item)
    },
    take: () =>
      new Promise((resolve) => {
        const item = items.shift()
        if (item === undefined) waiting.push(resolve)
        else resolve(item)
      }),
  }
}
