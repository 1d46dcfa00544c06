// The address of a relay: an origin in the one spelling that a browser gives it, for example `https://relay.example` or
// `http://localhost:8080`. Spec: docs/protocol.md §2.

import { limits } from '../limits.ts'
import { isHost } from './host.ts'

const pattern = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(?::([1-9][0-9]{0,4}))?$/
const defaultPorts = { http: '80', https: '443' } as const

/** Whether the text is an origin: lower case, no path, no default port. International names are in their ASCII form. */
export function isOrigin(text: string): boolean {
  if (text.length > limits.originBytes) return false
  const [, scheme, host, port] = pattern.exec(text) ?? []
  if (host === undefined || !isHost(host)) return false
  if (port === undefined) return true
  return Number(port) <= 65_535 && port !== defaultPorts[scheme === 'http' ? 'http' : 'https']
}
