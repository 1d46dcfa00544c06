// The libp2p node inside the relay: circuit relay for the signalling between browsers, and the mailbox stream. It opens no
// port: the one public port hands WebSockets to it (front-transport.ts), without the addresses they come from, which the
// node so cannot tell anybody.
//
// [Note: Limits at the front] libp2p's own connection limits are raised out of the way: limits stand at the public port,
// where addresses are known.
//
// [Note: Circuits of a relay for members] What a circuit carries costs the operator, so a relay for members carries circuits to
// those alone who follow a mailbox here: only a member could open it, or somebody from before. Anybody may call them, for people
// who write to members come from anywhere. Two who are no members cannot meet here.

import { noise } from '@chainsafe/libp2p-noise'
import type { CircuitRelayService } from '@libp2p/circuit-relay-v2'
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createLibp2p } from 'libp2p'
import type { RelayLimits } from '../limits.ts'
import { boundedYamux } from './bounded-yamux.ts'
import type { FrontTransport } from './front-transport.ts'
import { frontAddress } from './front-transport.ts'
import { lightenEvents } from './light-events.ts'
import { createOwnRecord } from './own-record.ts'
import { silentLogger } from './silent-logger.ts'

const kibibyte = 1024
const unlimited = 1_000_000
/** What a peer may send on a stream before the relay has taken it: the least that yamux knows. */
export const streamWindowBytes = 256 * kibibyte
const minuteMs = 60 * 1000

/** libp2p frees slots by their time alone: short, and freed here when their peer has gone. So there are no more than connections. */
const reservationMs = 30 * minuteMs

export interface RelayNode {
  readonly libp2p: Libp2p
  readonly reservations: () => number
}

export async function startNode(options: {
  readonly privateKey: PrivateKey
  readonly limits: RelayLimits
  readonly front: FrontTransport
  /** Multiaddrs under which the public port is reachable; peers get them with a reservation. */
  readonly announce: readonly string[]
  /**
   * Whether circuits to this peer are carried ([Note: Circuits of a relay for members]). That it reserves says nothing: clients do
   * so before they have said anything else.
   */
  readonly mayBeCalled: (peerId: string) => boolean
}): Promise<RelayNode> {
  lightenEvents()
  const libp2p = await createLibp2p<{ identify: unknown; circuit: CircuitRelayService }>({
    privateKey: options.privateKey,
    // Versions of libraries are nobody's business.
    nodeInfo: { name: 'safelight-relay', version: '1', userAgent: 'safelight-relay/1' },
    addresses: { listen: [frontAddress], announce: [...options.announce] },
    transports: [options.front.transport],
    logger: silentLogger,
    datastore: createOwnRecord(peerIdFromPrivateKey(options.privateKey)),
    connectionEncrypters: [noise()],
    streamMuxers: [
      boundedYamux(
        {
          // A paused stream may still receive its window: that has to stay below what a paused stream may buffer (4 MiB).
          streamOptions: { initialStreamWindowSize: streamWindowBytes, maxStreamWindowSize: streamWindowBytes },
          // Enough for signalling and mailbox streams; each unused stream costs memory.
          maxInboundStreams: 256,
          // Clients ask, and are answered: that keeps the way open through routers and proxies. A second timer here, for each
          // of thousands, would tell nothing more.
          enableKeepAlive: false,
        },
        options.front.holdFor,
      ),
    ],
    connectionManager: {
      maxConnections: options.limits.connections + unlimited,
      inboundConnectionThreshold: unlimited,
      inboundUpgradeTimeout: options.limits.handshakeMs,
      maxIncomingPendingConnections: unlimited,
    },
    connectionGater: {
      denyOutboundRelayedConnection: (_source, destination) => !options.mayBeCalled(destination.toString()),
    },
    // Its pings would end connections that are merely busy or throttled.
    connectionMonitor: { enabled: false, abortConnectionOnPingFailure: false },
    services: {
      // Peers learn from it that this is a circuit relay. The relay itself has nothing to ask them.
      identify: identify({ runOnConnectionOpen: false }),
      circuit: circuitRelayServer({
        maxOutboundStopStreams: unlimited,
        reservations: { maxReservations: unlimited, reservationTtl: reservationMs },
      }),
    },
  })
  const { circuit } = libp2p.services
  libp2p.addEventListener('peer:disconnect', ({ detail: peer }) => {
    // Or it would end the next reservation of this peer at the time of this one.
    circuit.reservations.get(peer)?.signal.clear()
    circuit.reservations.delete(peer)
  })
  return { libp2p, reservations: () => circuit.reservations.size }
}
