// The Transport port over libp2p and HTTP: relays that are kept, links to devices, one libp2p node that starts when it is
// first needed. Spec: docs/protocol.md §2, §7, §10.

import type { Clock, Log, Random, Transport, TransportEvents } from '../messenger/ports.ts'
import { TransportError } from '../messenger/ports.ts'
import { cancellable } from './cancel.ts'
import type { Host } from './host.ts'
import type { Network } from './network.ts'
import { createRelayConnection, type KeptConnection } from './relay/connection.ts'
import { createRelayHttp } from './relay/http.ts'

export interface TransportOptions {
  readonly random: Random
  readonly log: Log
  readonly clock: Clock
}

export function createTransport({
  random,
  log,
  clock,
  network,
}: TransportOptions & { readonly network: Network }): Transport {
  const connections = new Map<string, KeptConnection>()
  let events: TransportEvents | undefined
  let starting: Promise<Host> | undefined
  let host: Host | undefined
  let kept: readonly string[] = []
  let direct = true
  let closed = false
  let stopListening: () => void = () => {}

  const loadLibp2p = () => import('./libp2p/start-host.ts')
  // It comes while the messenger still reads its records. When it does not, whoever needs it is told.
  loadLibp2p().catch(() => {})

  const startHost = async (): Promise<Host> => {
    const libp2p = await loadLibp2p()
    const started = await libp2p.startHost({
      random,
      clock,
      log,
      // Only those of my own relays: whoever names a server learns my address from every dial.
      iceServers: async () => {
        const own = kept.flatMap((url) => connections.get(url) ?? [])
        return (await Promise.all(own.map((connection) => connection.iceServers()))).flat()
      },
      directAllowed: () => direct && !closed,
      onPeer: (link) => events?.peer(link),
    })
    host = started
    if (closed) await started.close()
    return started
  }
  const hostWhenStarted = (): Promise<Host> => {
    if (closed) return Promise.reject(new TransportError('cancelled'))
    starting ??= startHost().catch((error: unknown) => {
      // The code may not have arrived; the next one tries again.
      starting = undefined
      throw error
    })
    return starting
  }

  const relay = (url: string): KeptConnection => {
    const known = connections.get(url)
    if (known !== undefined) return known
    const connection = createRelayConnection({
      url,
      http: createRelayHttp(url, network.fetch),
      host: hostWhenStarted,
      clock,
      random,
      log,
      onState: (changed) => events?.relay(changed),
      onPush: ({ mailboxId, items }) => events?.push(url, mailboxId, items),
    })
    connections.set(url, connection)
    return connection
  }

  return {
    start(next) {
      events = next
      const stopWaking = network.onWake(() => {
        for (const connection of connections.values()) connection.wake()
      })
      // Otherwise the others find out only when nothing has come from here for a quarter of a minute.
      const stopLeaving = network.onLeave(() => host?.cutLinks())
      stopListening = () => {
        stopWaking()
        stopLeaving()
      }
      return Promise.resolve()
    },
    keepRelays(urls) {
      if (closed) return
      kept = urls
      for (const url of urls) relay(url)
      for (const [url, connection] of connections) connection.keep(urls.includes(url))
    },
    relay,
    get peerId() {
      return host?.peerId
    },
    dial: (relayUrl, peerId, options) =>
      cancellable(async () => {
        if (closed) throw new TransportError('cancelled')
        if (!direct) throw new TransportError('peer-unreachable')
        const [info, started] = await Promise.all([relay(relayUrl).info(options), hostWhenStarted()])
        const address = { url: relayUrl, peerId: info.peerId, webSocketPath: info.webSocketPath }
        return await started.dial(address, peerId, options?.signal)
      }, options?.signal),
    setDirect(allowed) {
      direct = allowed
      if (!allowed) host?.cutLinks()
    },
    async close() {
      if (closed) return
      closed = true
      stopListening()
      for (const connection of connections.values()) connection.keep(false)
      await host?.close()
    },
  }
}
