// The libp2p node inside the relay: circuit relay for the signalling between browsers, and the mailbox stream. It listens
// on a loopback port of its own; the one public port pipes WebSocket upgrades to it (../http/upgrade.ts). So it sees
// every peer at 127.0.0.1, and cannot tell anybody a client's address.
//
// [Note: Limits at the front] libp2p's own connection limits count per remote address, which here is one for everybody.
// They are raised out of the way; limits stand at the public port, where addresses are known.

import { noise } from '@chainsafe/libp2p-noise'
import type { CircuitRelayService } from '@libp2p/circuit-relay-v2'
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { RelayLimits } from '../limits.ts'
import { createOwnRecord } from './own-record.ts'
import { silentLogger } from './silent-logger.ts'

const kibibyte = 1024
const unlimited = 1_000_000
const minuteMs = 60 * 1000

/** Slots are freed by their time only, not by a disconnect: short, and far more of them than connections. */
const reservationMs = 30 * minuteMs

export interface RelayNode {
  readonly libp2p: Libp2p
  readonly port: number
  readonly reservations: () => number
}

export async function startNode(options: {
  readonly privateKey: PrivateKey
  readonly limits: RelayLimits
  /** Multiaddrs under which the public port is reachable; peers get them with a reservation. */
  readonly announce: readonly string[]
}): Promise<RelayNode> {
  const libp2p = await createLibp2p<{ identify: unknown; circuit: CircuitRelayService; listener: { port(): number } }>({
    privateKey: options.privateKey,
    // Versions of libraries are nobody's business.
    nodeInfo: { name: 'safelight-relay', version: '1', userAgent: 'safelight-relay/1' },
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'], announce: [...options.announce] },
    transports: [webSockets()],
    logger: silentLogger,
    datastore: createOwnRecord(peerIdFromPrivateKey(options.privateKey)),
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        // A paused stream may still receive its window: that has to stay below what a paused stream may buffer (4 MiB).
        streamOptions: { initialStreamWindowSize: 256 * kibibyte, maxStreamWindowSize: 1024 * kibibyte },
        // Enough for signalling and mailbox streams; each unused stream costs memory.
        maxInboundStreams: 256,
        // Clients ask, and are answered: that keeps the way open through routers and proxies. A second timer here, for each
        // of thousands, would tell nothing more.
        enableKeepAlive: false,
      }),
    ],
    connectionManager: {
      maxConnections: options.limits.connections + unlimited,
      inboundConnectionThreshold: unlimited,
      inboundUpgradeTimeout: options.limits.handshakeMs,
      maxIncomingPendingConnections: unlimited,
    },
    // Its pings would end connections that are merely busy or throttled.
    connectionMonitor: { enabled: false, abortConnectionOnPingFailure: false },
    services: {
      // The node's own address list holds only what is announced; the transport knows where it listens.
      listener: ({ transportManager }) => ({ port: () => listeningPort(transportManager.getAddrs()) }),
      // Peers learn from it that this is a circuit relay. The relay itself has nothing to ask them.
      identify: identify({ runOnConnectionOpen: false }),
      circuit: circuitRelayServer({
        maxOutboundStopStreams: unlimited,
        reservations: { maxReservations: unlimited, reservationTtl: reservationMs },
      }),
    },
  })
  const { circuit, listener } = libp2p.services
  return { libp2p, port: listener.port(), reservations: () => circuit.reservations.size }
}

/** 0: the address has none. */
export function portOf(address: Multiaddr): number {
  return Number(address.getComponents().find((component) => component.name === 'tcp')?.value ?? 0)
}

function listeningPort(addresses: readonly Multiaddr[]): number {
  for (const address of addresses) {
    const port = portOf(address)
    if (port > 0) return port
  }
  throw new Error('the libp2p node does not listen')
}
