// libp2p's WebRTC transport between devices, with one fault of it cured from outside.
//
// [Note: init channel] The initiator opens a data channel `init` so that there is something to gather candidates for. It
// waits for the connection, then for the channel's `open` event, closes the channel and waits for `close`. The responder's
// muxer (@libp2p/webrtc 6.0.33, muxer.ts) also closes `init`, as soon as it sees it. When that close reaches the initiator
// before it listens, it waits for an `open` or `close` that has been, until the dial times out: every sixth dial. So here
// the responder leaves `init` to the initiator, whose channel it is. See docs/decisions/0003-direct-dials.md.

import type { StreamMuxerFactory, Transport, Upgrader } from '@libp2p/interface'
import { webRTC } from '@libp2p/webrtc'
import { limits } from '../limits.ts'

type Components = Parameters<ReturnType<typeof webRTC>>[0]

const initLabel = 'init'

/**
 * Bytes per data channel message. libp2p's 16 KiB are for implementations that take no more; browsers and libdatachannel
 * take 256 KiB. Each message costs its receiver's page an event and some buffers: between two Chromium pages 64 KiB take
 * a third less of the receiver's main thread than 16 KiB. With room for what stands before the data, so that the length
 * of a segment does not push its end into a message of its own.
 */
const messageBytes = limits.framePartBytes + 64

/** `configuration` is asked for each connection. */
export function deviceWebRtc(configuration: () => Promise<RTCConfiguration>): (components: Components) => Transport {
  return (components) =>
    webRTC({ rtcConfiguration: configuration, dataChannel: { maxMessageSize: messageBytes } })({
      peerId: components.peerId,
      logger: components.logger,
      events: components.events,
      // libp2p sets these while it starts: they are there when they are used.
      get transportManager() {
        return components.transportManager
      },
      get connectionManager() {
        return relayedOnly(components.connectionManager)
      },
      get registrar() {
        return boundedSignalling(components.registrar)
      },
      get upgrader() {
        return leavingInit(components.upgrader)
      },
    })
}

/** An upgrader whose inbound connections leave the `init` channel alone. */
function leavingInit(upgrader: Upgrader): Upgrader {
  return override(upgrader, {
    upgradeInbound: (connection: Inbound[0], options: Inbound[1]) =>
      upgrader.upgradeInbound(connection, {
        ...options,
        ...(options.muxerFactory && { muxerFactory: ignoringInit(options.muxerFactory) }),
      }),
  })
}
type Inbound = Parameters<Upgrader['upgradeInbound']>

function ignoringInit(factory: StreamMuxerFactory): StreamMuxerFactory {
  return {
    protocol: factory.protocol,
    createStreamMuxer(connection) {
      const { early, peerConnection } = channelsOf(factory)
      const position = early.findIndex(isInit)
      if (position >= 0) early.splice(position, 1)
      const muxer = factory.createStreamMuxer(connection)
      const adopt = peerConnection?.ondatachannel
      if (peerConnection !== undefined && adopt !== undefined && adopt !== null) {
        peerConnection.ondatachannel = (event) => {
          if (event.channel.label !== initLabel) adopt.call(peerConnection, event)
        }
      }
      return muxer
    },
  }
}

/** Looks into libp2p's muxer factory; where that looks different in another version, nothing is changed. */
function channelsOf(factory: StreamMuxerFactory): { early: unknown[]; peerConnection: RTCPeerConnection | undefined } {
  const early: unknown = Reflect.get(factory, 'earlyDataChannels')
  const peerConnection: unknown = Reflect.get(factory, 'peerConnection')
  return {
    early: Array.isArray(early) ? early : [],
    peerConnection: isPeerConnection(peerConnection) ? peerConnection : undefined,
  }
}

function isPeerConnection(value: unknown): value is RTCPeerConnection {
  return typeof value === 'object' && value !== null && 'ondatachannel' in value
}

function isInit(early: unknown): boolean {
  if (typeof early !== 'object' || early === null) return false
  const channel: unknown = Reflect.get(early, 'channel')
  return typeof channel === 'object' && channel !== null && Reflect.get(channel, 'label') === initLabel
}

/**
 * Signalling goes through the relay, over a connection of this dial: an earlier direct one may be dead without knowing
 * it, and the peer ends relayed ones of its own dials when it is done with them.
 */
function relayedOnly(manager: Components['connectionManager']): Components['connectionManager'] {
  const getConnections: typeof manager.getConnections = (peerId) =>
    manager
      .getConnections(peerId)
      .filter(({ limits: circuit, direction, status }) => circuit && direction === 'outbound' && status === 'open')
  return override(manager, { getConnections })
}

/** Each signalling stream makes an RTCPeerConnection: a stranger gets few of them. */
function boundedSignalling(registrar: Components['registrar']): Components['registrar'] {
  const handle: typeof registrar.handle = (protocol, handler, options) =>
    registrar.handle(protocol, handler, { ...options, maxInboundStreams: limits.signallingStreams })
  return override(registrar, { handle })
}

/** The same object, with some methods replaced. */
function override<T extends object>(target: T, methods: Partial<Record<keyof T, unknown>>): T {
  return new Proxy(target, {
    get(_target, name) {
      const method: unknown = Reflect.get(methods, name)
      if (method !== undefined) return method
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
