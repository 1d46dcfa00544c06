// The transport of one device in an in-process network.

import type { CallOptions, RelayConnection, Transport, TransportEvents } from '../../messenger/ports.ts'
import type { PeerLink } from '../../messenger/ports/peer-link.ts'
import { TransportError } from '../../messenger/ports.ts'
import { cancellable } from '../cancel.ts'
import type { MemoryRelayServer, MemorySession } from './relay.ts'
import type { Subscriber } from './mailboxes.ts'

/** What a device needs from the network around it. */
export interface MemoryWires {
  relay(url: string): MemoryRelayServer | undefined
  /** @throws TransportError `peer-unreachable` */
  connect(from: string, relayUrl: string, to: string): PeerLink
}

/** A device as the network sees it. */
export interface MemoryDevice extends Transport {
  readonly peerId: string
  /** Whether it can be dialled through this relay now. */
  reachable(relayUrl: string): boolean
  accept(link: PeerLink): void
}

interface Connection extends RelayConnection {
  keep(kept: boolean): void
}

export function createMemoryTransport(peerId: string, wires: MemoryWires, onClosed: () => void): MemoryDevice {
  const connections = new Map<string, Connection>()
  let events: TransportEvents | undefined
  let direct = true
  let closed = false

  const started = (): TransportEvents => {
    if (events === undefined || closed) throw new TransportError('cancelled')
    return events
  }
  const relay = (url: string): Connection => {
    const known = connections.get(url)
    if (known !== undefined) return known
    const connection = createConnection(url, wires, () => events)
    connections.set(url, connection)
    return connection
  }

  return {
    peerId,
    start(next) {
      events = next
      return Promise.resolve()
    },
    keepRelays(urls) {
      started()
      for (const url of urls) relay(url)
      for (const [url, connection] of connections) connection.keep(urls.includes(url))
    },
    relay,
    async dial(relayUrl, to, options) {
      started()
      return await cancellable(async () => {
        await Promise.resolve()
        if (closed || !direct || relay(relayUrl).state !== 'live') throw new TransportError('peer-unreachable')
        return wires.connect(peerId, relayUrl, to)
      }, options?.signal)
    },
    setDirect(allowed) {
      direct = allowed
    },
    async close() {
      if (closed) return
      closed = true
      for (const connection of connections.values()) connection.keep(false)
      onClosed()
      await Promise.resolve()
    },
    reachable: (relayUrl) => direct && !closed && connections.get(relayUrl)?.state === 'live',
    accept(link) {
      if (closed || events === undefined) void link.close()
      else events.peer(link)
    },
  }
}

function createConnection(url: string, wires: MemoryWires, events: () => TransportEvents | undefined): Connection {
  let state: RelayConnection['state'] = 'offline'
  let kept = false
  let subscriber: Subscriber | undefined
  let stopWaiting: (() => void) | undefined

  const server = (): MemoryRelayServer => {
    const found = wires.relay(url)
    if (found === undefined) throw new TransportError('relay-unreachable')
    return found
  }
  const enter = (next: RelayConnection['state']): void => {
    if (next === state) return
    state = next
    events()?.relay(connection)
  }
  const session: MemorySession = {
    push: ({ mailboxId, items }) => events()?.push(url, mailboxId, items),
    lost() {
      subscriber = undefined
      enter('offline')
    },
  }
  const connect = async (): Promise<void> => {
    if (!kept || subscriber !== undefined || state === 'connecting') return
    enter('connecting')
    try {
      const relay = server()
      await relay.info()
      if (!kept) return
      subscriber = relay.connect(session)
      enter('live')
    } catch {
      enter('offline')
    }
  }
  const run = async <T>(options: CallOptions | undefined, work: (relay: MemoryRelayServer) => Promise<T>): Promise<T> =>
    await cancellable(async () => await work(server()), options?.signal)

  const connection: Connection = {
    url,
    get state() {
      return state
    },
    info: (options) => run(options, (relay) => relay.info()),
    call: (commands, options) => run(options, (relay) => relay.call(commands, subscriber)),
    putSegment: (blobId, index, bytes, options) =>
      run(options, (relay) => relay.putSegment(options.writeKey, blobId, index, bytes, options.segmentCount)),
    getSegment: (blobId, index, options) => run(options, (relay) => relay.blobs((blobs) => blobs.get(blobId, index))),
    presentSegments: (blobId, options) => run(options, (relay) => relay.blobs((blobs) => blobs.present(blobId))),
    keep(next) {
      if (next === kept) return
      kept = next
      if (kept) {
        stopWaiting = wires.relay(url)?.onUp(() => void connect())
        void connect()
        return
      }
      stopWaiting?.()
      if (subscriber !== undefined) wires.relay(url)?.disconnect(session)
      subscriber = undefined
      enter('offline')
    },
  }
  return connection
}
