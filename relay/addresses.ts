// Where a relay is reached, by whom.

import type { RelayConfig } from './config/config.ts'

/** The name under which this machine reaches what listens at a host. */
export function reachableHost(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** The multiaddrs of an origin. Without a path: the WebSocket is answered at `/` too, see http/upgrade.ts. */
export function announcedAddresses(origin: string): readonly string[] {
  const { protocol, hostname, port } = new URL(origin)
  const isTls = protocol === 'https:'
  const bare = hostname.replace(/^\[|\]$/g, '')
  const host = bare.includes(':') ? `/ip6/${bare}` : /^[\d.]+$/.test(bare) ? `/ip4/${bare}` : `/dns/${bare}`
  return [`${host}/tcp/${port === '' ? (isTls ? 443 : 80) : port}${isTls ? '/tls' : ''}/ws`]
}

/** A relay that only its proxy reaches has to answer STUN to everybody all the same: UDP does not pass the proxy. */
export function stunHost({ host, publicUrl }: RelayConfig): string | undefined {
  const isLocal = (name: string): boolean => /^(?:localhost|127\..+|\[?::1\]?)$/.test(name)
  const isBehindProxy = publicUrl !== undefined && !isLocal(new URL(publicUrl).hostname)
  return host !== undefined && isLocal(host) && isBehindProxy ? undefined : host
}
