// One push: an empty POST to the push service (RFC 8030). What the service answers beyond its status is not read.

import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { RelayLimits } from '../limits.ts'
import { ForbiddenAddressError, isAllowedAddress } from './addresses.ts'
import type { EndpointRule } from './endpoint-rule.ts'
import { isAllowedEndpoint } from './endpoint-rule.ts'
import type { PushKey } from './push-key.ts'

/** The same for all: of several pushes for one browser that is off, the service keeps the last. */
const topic = 'new'

export type PushOutcome =
  | { readonly kind: 'sent' }
  /** The subscription is over. */
  | { readonly kind: 'gone' }
  /** The service is busy or cannot be reached. */
  | { readonly kind: 'later'; readonly afterMs?: number }
  /** Not worth another try. */
  | { readonly kind: 'refused' }

export interface PushSender {
  /** Never rejects; takes `pushTimeoutMs` at most. */
  send(endpoint: string): Promise<PushOutcome>
  close(): void
}

export interface PushSenderOptions {
  readonly key: PushKey
  readonly rule: EndpointRule
  /** Gives only addresses that are allowed. */
  readonly lookup: LookupFunction
  readonly limits: RelayLimits
  readonly now: () => number
}

export function createPushSender({ key, rule, lookup, limits, now }: PushSenderOptions): PushSender {
  const agent = new Agent({ keepAlive: true, maxSockets: limits.pushesPerHost, timeout: limits.pushTimeoutMs })

  function post(endpoint: string, settle: (outcome: PushOutcome) => void): void {
    const sent = request(endpoint, {
      method: 'POST',
      agent,
      lookup,
      signal: AbortSignal.timeout(limits.pushTimeoutMs),
      maxHeaderSize: limits.headerBytes,
      headers: {
        Authorization: key.authorize(endpoint, now()),
        TTL: Math.floor(limits.pushLifeMs / 1000),
        Urgency: 'high',
        Topic: topic,
        'Content-Length': 0,
      },
    })
    sent.on('socket', (socket) => {
      // A name went through `lookup`; this is for addresses, which do not. Before anything is written to it.
      const { remoteAddress } = socket
      const check = (address: string | undefined): void => {
        if (address === undefined || !isAllowedAddress(address, rule)) sent.destroy(new ForbiddenAddressError())
      }
      if (remoteAddress === undefined) socket.once('connect', () => check(socket.remoteAddress))
      else check(remoteAddress)
    })
    sent.on('response', (response) => {
      settle(outcomeOf(response, limits, now()))
      discard(response, limits.pushAnswerBytes)
    })
    sent.on('error', (error) => {
      settle({ kind: error instanceof ForbiddenAddressError ? 'refused' : 'later' })
    })
    sent.end()
  }

  return {
    send(endpoint) {
      // What is allowed may have changed since it was stored.
      if (!isAllowedEndpoint(endpoint, rule)) return Promise.resolve({ kind: 'refused' })
      return new Promise((resolve) => post(endpoint, resolve))
    },
    close: () => agent.destroy(),
  }
}

function outcomeOf({ statusCode = 0, headers }: IncomingMessage, limits: RelayLimits, nowMs: number): PushOutcome {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'sent' }
  if (statusCode === 404 || statusCode === 410) return { kind: 'gone' }
  if (statusCode !== 429 && statusCode < 500) return { kind: 'refused' }
  const afterMs = retryAfterMs(headers['retry-after'], nowMs)
  return afterMs === undefined
    ? { kind: 'later' }
    : { kind: 'later', afterMs: Math.min(afterMs, limits.pushLongestWaitMs) }
}

/** Seconds, or a date. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

/** To its end, so that the connection can serve the next push; cut off when there is too much of it. */
function discard(response: IncomingMessage, maxBytes: number): void {
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) response.destroy()
  })
  response.on('error', () => undefined)
}
