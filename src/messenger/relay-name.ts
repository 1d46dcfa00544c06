// Relays by their origin: what people call them, what they type, and which ones of others may be used.

import type { Context } from './context.ts'

/** What people call a relay: host and port of its origin; empty for what is no URL. */
export function relayName(url: string): string {
  return URL.canParse(url) ? new URL(url).host : ''
}

/** The origin of a relay address that a person typed; undefined when it is none. */
export function relayOrigin(text: string): string | undefined {
  const trimmed = text.trim()
  const url = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`
  if (!URL.canParse(url)) return undefined
  const { origin, protocol, username, password } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  return username === '' && password === '' ? origin : undefined
}

/**
 * Whether to call a relay that somebody else named: as the place of their mailbox, or in a link that this device uses without
 * its person having opened it. An unencrypted one, or one inside this device's own network, only if I use such a relay myself:
 * otherwise a message would make this device call addresses of the sender's choosing in there.
 */
export function mayUseRelay(context: Pick<Context, 'self'>, url: string): boolean {
  // An international name that is none: it has the form of an origin, and no browser takes it.
  if (!URL.canParse(url)) return false
  const isPlain = (origin: string): boolean => origin.startsWith('http:') || isLocalHost(new URL(origin).hostname)
  return !isPlain(url) || context.self.row.relays.some(isPlain)
}

function isLocalHost(host: string): boolean {
  return (
    host === 'localhost' ||
    /\.(local|localhost|internal|lan|home|arpa)$/.test(host) ||
    /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(host) ||
    /^\[(::|f[cd]|fe[89ab])/.test(host)
  )
}
