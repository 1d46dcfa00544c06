// Which servers a relay sends pushes to at all.

import { isIP } from 'node:net'
import { isPushEndpoint } from '../../src/protocol/mailbox/push.ts'

/** Of the makers of browsers: Chrome and most others, Firefox, Safari, Edge. */
export const knownPushHosts: readonly string[] = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '*.push.apple.com',
  '*.notify.windows.com',
]

export interface EndpointRule {
  /** Names; `*.` in front stands for any name under it. `any`: every public server. */
  readonly hosts: readonly string[] | 'any'
  /** For tests only: an endpoint of this machine, at any port. */
  readonly allowLoopback: boolean
}

export function isAllowedEndpoint(endpoint: string, { hosts, allowLoopback }: EndpointRule): boolean {
  if (!isPushEndpoint(endpoint) || !URL.canParse(endpoint)) return false
  const { hostname, port } = new URL(endpoint)
  if (allowLoopback && (hostname === 'localhost' || hostname === '127.0.0.1')) return true
  // Push services have names and the usual port; anything else looks for something.
  if (port !== '' || isIP(hostname) !== 0 || !hostname.includes('.')) return false
  return hosts === 'any' || hosts.some((pattern) => matches(hostname, pattern))
}

/** Those that are listed; with `any`, those of the makers of browsers. */
export function namedServices({ hosts }: EndpointRule): readonly string[] {
  return hosts === 'any' ? knownPushHosts : hosts
}

/** The entry of the list that an endpoint is one of; undefined: it is none of them. */
export function serviceOf(endpoint: string, rule: EndpointRule): string | undefined {
  const { hostname } = new URL(endpoint)
  return namedServices(rule).find((pattern) => matches(hostname, pattern))
}

function matches(hostname: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern
}
