// The libp2p node of this device: a fresh random key per run, which is an address and never an identity. It dials the
// relays it is told to and devices through them, and nothing else, whoever asks.

import { noise, pureJsCrypto } from '@chainsafe/libp2p-noise'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { yamux } from '@libp2p/yamux'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { PeerLink } from '../../messenger/ports/peer-link.ts'
import { TransportError } from '../../messenger/ports.ts'
import { createFrameStream } from '../frames.ts'
import type { Host, HostOptions, RelayAddress, RelayLine } from '../host.ts'
import { limits } from '../limits.ts'
import { createInboundRate } from '../peer/inbound-rate.ts'
import { deviceMultiaddr, relayMultiaddr } from './address.ts'
import { circuitRelay, type ReservationStore } from './circuit-relay.ts'
import { dialStaggered } from '../peer/dial-staggered.ts'
import { blobProtocol, closeConnection, createLinks, envelopeProtocol, isDirect } from './links.ts'
import { deviceWebRtc } from './web-rtc.ts'
import { relayWebSockets } from './web-sockets.ts'

const mailboxProtocol = '/safelight/mailbox/1'

/** Connects without the dial queue, which would look for other addresses of the same peer. */
interface Dialler {
  dial(address: Multiaddr, options: { readonly signal: AbortSignal }): Promise<Connection>
}

export async function startHost(options: HostOptions): Promise<Host> {
  const { clock, log, random } = options
  const mayKnock = createInboundRate(clock)
  let reservations: ReservationStore | undefined
  let dialler: Dialler | undefined

  const node = await createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', random.bytes(32)),
    nodeInfo: { name: 'safelight', version: '1', userAgent: 'safelight' },
    addresses: { listen: ['/webrtc'] },
    transports: [
      relayWebSockets(),
      circuitRelay((store) => {
        reservations = store
      }),
      deviceWebRtc(async () => {
        const servers = await options.iceServers()
        return { iceServers: servers.map(({ urls, ...credentials }) => ({ urls: [urls].flat(), ...credentials })) }
      }),
    ],
    connectionEncrypters: [noise({ crypto: pureJsCrypto })],
    streamMuxers: [yamux()],
    services: {
      // Both sides know which protocols they speak: asking costs round trips and tells strangers about this device.
      identify: identify({ runOnConnectionOpen: false }),
      dialler: (components: { readonly transportManager: Dialler }) => {
        dialler = components.transportManager
        return {}
      },
    },
    connectionGater: {
      denyDialPeer: () => true,
      denyDialMultiaddr: () => true,
      denyInboundRelayedConnection: () => !options.directAllowed() || links.size >= limits.links || !mayKnock(),
    },
    connectionManager: { reconnectRetries: 0, inboundConnectionThreshold: Infinity },
    // Its ping ends connections that are merely busy; the mailbox stream has a heartbeat of its own.
    connectionMonitor: { enabled: false },
  })
  const links = createLinks(node.peerId.toString(), clock)
  const closing = new AbortController()

  const dialDirectly = async (address: Multiaddr, signal: AbortSignal): Promise<Connection> => {
    if (dialler === undefined) throw new TransportError('cancelled')
    signal.throwIfAborted()
    const dialling = dialler.dial(address, { signal })
    const aborted = Promise.withResolvers<never>()
    const onAbort = (): void => {
      aborted.reject(signal.reason)
      // Nobody waits for it any more.
      dialling.then(closeConnection, () => {})
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([dialling, aborted.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  const relayConnections = new Map<string, Promise<Connection>>()
  const relayConnection = (relay: RelayAddress, signal: AbortSignal): Promise<Connection> => {
    const standing = node.getConnections(peerIdOf(relay.peerId)).find(({ status }) => status === 'open')
    if (standing !== undefined) return Promise.resolve(standing)
    const dialling = relayConnections.get(relay.peerId) ?? dialDirectly(relayMultiaddr(relay), signal)
    relayConnections.set(relay.peerId, dialling)
    const forget = (): void => void relayConnections.delete(relay.peerId)
    dialling.then(forget, forget)
    return dialling
  }

  const closeRelayed = (peerId: PeerId): void => {
    for (const connection of node.getConnections(peerId)) {
      if (connection.limits !== undefined) void closeConnection(connection)
    }
  }

  const dialDevice = async (relay: RelayAddress, peerId: PeerId, signal: AbortSignal): Promise<PeerLink> => {
    await relayConnection(relay, signal)
    const address = deviceMultiaddr(relay, peerId.toString())
    const connection = await dialStaggered((attempt) => dialDirectly(address, attempt), {
      clock,
      signal,
      isFinal: isRefusal,
    })
    try {
      if (!isDirect(connection)) throw new TransportError('peer-unreachable')
      return await links.initiate(connection, signal)
    } catch (error) {
      void closeConnection(connection)
      throw error
    }
  }

  await node.handle(
    envelopeProtocol,
    (stream, connection) => {
      const link = options.directAllowed() ? links.respond(connection, stream) : undefined
      if (link === undefined) void closeConnection(connection)
      else options.onPeer(link)
    },
    { maxInboundStreams: 1 },
  )
  await node.handle(blobProtocol, (stream, connection) => links.serve(connection, stream), {
    maxInboundStreams: limits.inboundBlobStreams,
    maxOutboundStreams: limits.blobStreams,
  })
  node.addEventListener('connection:open', ({ detail }) => {
    if (detail.direction === 'inbound') links.watch(detail)
  })
  node.addEventListener('connection:close', ({ detail }) => links.lost(detail))

  return {
    peerId: node.peerId.toString(),

    async connectRelay(relay, signal) {
      try {
        return createRelayLine(await relayConnection(relay, signal), reservations)
      } catch (error) {
        throw new TransportError('relay-unreachable', { cause: error })
      }
    },

    async dial(relay, peerId, signal) {
      if (!options.directAllowed()) throw new TransportError('peer-unreachable')
      const target = peerIdOf(peerId)
      const timeout = AbortSignal.timeout(limits.dialTimeoutMs)
      const ends = [timeout, closing.signal, ...(signal === undefined ? [] : [signal])]
      try {
        return await dialDevice(relay, target, AbortSignal.any(ends))
      } catch (error) {
        const cancelled = signal?.aborted === true || closing.signal.aborted
        if (!cancelled) log.debug('peer-dial-failed', { timeout: timeout.aborted })
        throw new TransportError(cancelled ? 'cancelled' : 'peer-unreachable', { cause: error })
      } finally {
        closeRelayed(target)
      }
    },

    cutLinks: () => links.cutAll(),

    async close() {
      closing.abort()
      links.cutAll()
      await node.stop()
    },
  }
}

function createRelayLine(connection: Connection, reservations: ReservationStore | undefined): RelayLine {
  return {
    async openMailbox(signal) {
      try {
        const stream = await connection.newStream(mailboxProtocol, { signal })
        return (frameOptions) => createFrameStream(stream, frameOptions)
      } catch (error) {
        throw new TransportError('relay-unreachable', { cause: error })
      }
    },
    async reserve() {
      try {
        await reservations?.addRelay(connection.remotePeer, 'configured')
      } catch (error) {
        throw new TransportError('relay-refused', { cause: error })
      }
    },
    onClosed(listener) {
      connection.addEventListener('close', listener)
      if (connection.status !== 'open') listener()
    },
    close: () => void closeConnection(connection),
  }
}

/** The relay knows no such device, or the device wants no direct connections. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidMessageError'
}

/** @throws TransportError for what is no peer id */
function peerIdOf(text: string): PeerId {
  try {
    return peerIdFromString(text)
  } catch (error) {
    throw new TransportError('peer-unreachable', { cause: error })
  }
}
