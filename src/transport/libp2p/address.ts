// The libp2p addresses of relays and of devices behind them.

import { CODE_HTTP_PATH, type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { RelayAddress } from '../host.ts'

const ipv4Form = /^\d{1,3}(?:\.\d{1,3}){3}$/

/** `/dns/relay.example/tcp/443/tls/ws/http-path/p2p/p2p/<id>` @throws Error for a malformed url or peer id */
export function relayMultiaddr(relay: RelayAddress): Multiaddr {
  const path = encodeURIComponent(relay.webSocketPath.slice(1))
  return multiaddr(`${webSocketAddress(relay.url)}/http-path/${path}/p2p/${relay.peerId}`)
}

/**
 * A device that is reached over WebRTC, with the relay carrying only the signalling. Without the path, which libp2p's
 * matchers do not know: the connection to the relay stands already and is found by its peer id.
 */
export function deviceMultiaddr(relay: RelayAddress, peerId: string): Multiaddr {
  return multiaddr(`${webSocketAddress(relay.url)}/p2p/${relay.peerId}/p2p-circuit/webrtc/p2p/${peerId}`)
}

export function hasPath(address: Multiaddr): boolean {
  return address.getComponents().some(({ code }) => code === CODE_HTTP_PATH)
}

export function isWebRtc(address: Multiaddr): boolean {
  return address.getComponents().some(({ name }) => name === 'webrtc')
}

function webSocketAddress(url: string): string {
  const { protocol, hostname, port } = new URL(url)
  const secure = protocol === 'https:'
  const host = hostname.startsWith('[')
    ? `/ip6/${hostname.slice(1, -1)}`
    : `/${ipv4Form.test(hostname) ? 'ip4' : 'dns'}/${hostname}`
  const portNumber = port === '' ? (secure ? 443 : 80) : port
  return `${host}/tcp/${portNumber}${secure ? '/tls' : ''}/ws`
}
