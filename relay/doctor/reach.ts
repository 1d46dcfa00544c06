// Does the address that people type lead here? Name, certificate, the relay behind it, WebSocket, large requests: each
// step tells its own cause, because a proxy in between makes them all look the same to a person.

import { lookup } from 'node:dns/promises'
import { webSocketPath } from '../http/upgrade.ts'
import type { Finding } from './check.ts'
import { bad, good, warning } from './check.ts'

const timeoutMs = 10_000
/** A mailbox request may have 2 MiB; many proxies allow 1 MiB unless told. */
const largeRequestBytes = 1.9 * 1024 * 1024

/** What the system says of a failed connection, in words. */
const causes = new Map([
  ['ECONNREFUSED', 'nothing listens there: is the relay (or its proxy) running, and is the port open?'],
  ['ECONNRESET', 'the connection was cut: does the proxy speak to the right port?'],
  ['ETIMEDOUT', 'no answer: a firewall may drop the connection.'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no answer: a firewall may drop the connection.'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired: renew it.'],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'its certificate is self-signed: browsers refuse it. Get one from a certificate authority.',
  ],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate comes from an authority that this machine does not know.'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate lacks the intermediate one: serve the full chain.'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate comes from an authority that this machine does not know.'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name.'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it speaks no TLS there: https:// was asked for.'],
])

/** @param peerId of the relay that should answer; undefined: not known */
export async function checkReach(origin: string, peerId: string | undefined): Promise<readonly Finding[]> {
  const name = await checkName(new URL(origin).hostname)
  if (name.outcome === 'bad') return [name]
  const relay = await checkRelay(origin, peerId)
  if (relay.outcome === 'bad') return [name, relay]
  return [name, relay, await checkWebSocket(origin), await checkLargeRequest(origin)]
}

async function checkName(hostname: string): Promise<Finding> {
  const bare = hostname.replace(/^\[|\]$/g, '')
  try {
    const found = await lookup(bare, { all: true })
    return good('Name', `${bare} is ${found.map(({ address }) => address).join(', ')}.`)
  } catch {
    return bad('Name', `${bare} has no address. Add an A or AAAA record for it, or wait until the new one is known.`)
  }
}

async function checkRelay(origin: string, peerId: string | undefined): Promise<Finding> {
  const subject = 'Relay'
  let response: Response
  try {
    response = await fetch(`${origin}/.well-known/safelight`, {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'manual',
    })
  } catch (error) {
    return bad(subject, `${origin} cannot be reached: ${causeOf(error)}`)
  }
  const text = await response.text().catch(() => '')
  if (response.status >= 300 && response.status < 400)
    return bad(
      subject,
      `${origin} sends people elsewhere (${response.status}). Name the address it leads to as --public-url.`,
    )
  const found = peerIdIn(text)
  if (found === undefined)
    return bad(
      subject,
      `${origin} answers ${response.status}, but no Safelight relay: the proxy serves something else, or cannot reach the relay.`,
    )
  if (peerId !== undefined && found !== peerId)
    return bad(subject, `At ${origin} answers another relay than that of this data folder.`)
  if (peerId === undefined)
    return warning(subject, `A relay answers at ${origin}; whether it is this one is not known.`)
  return good(subject, `This relay answers at ${origin}.`)
}

function checkWebSocket(origin: string): Promise<Finding> {
  const subject = 'WebSocket'
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}${webSocketPath}`)
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(false), timeoutMs)
    function end(isOpen: boolean): void {
      clearTimeout(timer)
      socket.close()
      resolve(
        isOpen
          ? good(subject, 'Browsers can stay connected.')
          : bad(
              subject,
              'WebSockets do not come through: people see messages late and cannot connect directly. Let the proxy pass on the Upgrade header.',
            ),
      )
    }
    socket.addEventListener('open', () => end(true))
    socket.addEventListener('error', () => end(false))
  })
}

async function checkLargeRequest(origin: string): Promise<Finding> {
  const subject = 'Large requests'
  try {
    const response = await fetch(`${origin}/v1/mailbox`, {
      method: 'POST',
      // No mailbox request: a relay refuses it, once it has read it.
      body: new Uint8Array(largeRequestBytes),
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.body?.cancel()
    if (response.status !== 413) return good(subject, 'They come through.')
  } catch (error) {
    return bad(subject, `A request of 2 MiB does not come through: ${causeOf(error)}`)
  }
  return bad(
    subject,
    'The proxy refuses requests of 2 MiB, so photos stay with their senders. Raise its limit (nginx: client_max_body_size 4m).',
  )
}

function peerIdIn(text: string): string | undefined {
  try {
    const info: unknown = JSON.parse(text)
    const isRelay = typeof info === 'object' && info !== null && 'service' in info && info.service === 'safelight'
    return isRelay && 'peerId' in info && typeof info.peerId === 'string' ? info.peerId : undefined
  } catch {
    return undefined
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const timedOut = error instanceof Error && error.name === 'TimeoutError'
  return causes.get(timedOut ? 'ETIMEDOUT' : code) ?? `the connection failed (${code || 'no reason given'}).`
}
