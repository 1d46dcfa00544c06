// The one public port: app, `/.well-known/safelight`, `/v1/…`, health, and the WebSocket.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { RelayLimits } from '../limits.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { createTokenBuckets } from '../mailbox/token-bucket.ts'
import type { Readiness } from '../readiness.ts'
import type { AppHandler } from './app.ts'
import type { BlobRouteOptions } from './blob-routes.ts'
import { serveBlobs } from './blob-routes.ts'
import type { Certificate } from './certificate.ts'
import { clientAddress } from './client-address.ts'
import type { MailboxRouteOptions } from './mailbox-route.ts'
import { serveMailbox } from './mailbox-route.ts'
import { sendBytes, sendError, sendJson, sendPreflight, setApiHeaders } from './responses.ts'
import type { UpgradeOptions, Upgrades } from './upgrade.ts'
import { createUpgrades, wantsWebSocket } from './upgrade.ts'

export interface FrontOptions extends MailboxRouteOptions, BlobRouteOptions {
  readonly app: AppHandler | undefined
  /** The document at `/.well-known/safelight`. */
  readonly info: (host: string | undefined) => unknown
  /** The port is bound before the rest is ready; until then everybody is asked to come again. */
  readonly started: () => boolean
  readonly readiness: Readiness
  /** Undefined: HTTP. */
  readonly certificate: Certificate | undefined
  readonly limits: RelayLimits
  readonly trustProxy: boolean
  /** Takes over each WebSocket that is opened. */
  readonly accept: UpgradeOptions['accept']
  readonly log: Log
  readonly now: () => number
}

export interface Front {
  readonly server: Server
  readonly upgrades: Upgrades
  /** For connections from now on; for a server that has one. */
  take(certificate: Certificate): void
}

/** The server does not listen yet. */
export function createFront(options: FrontOptions): Front {
  const { limits, now, trustProxy } = options
  const buckets = { keys: limits.bucketKeys, now }
  const requestRate = createTokenBuckets(limits.requestsPerAddress, buckets)
  const upgradeRate = createTokenBuckets(limits.upgradesPerAddress, buckets)
  const settings = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    // How often the two above are looked at.
    connectionsCheckingInterval: 5000,
    keepAliveTimeout: 30_000,
    maxHeaderSize: limits.headerBytes,
    noDelay: true,
    shouldUpgradeCallback: wantsWebSocket,
  }
  const { certificate } = options
  const tls = certificate && createTlsServer({ ...settings, ...certificate, handshakeTimeout: limits.handshakeMs })
  // To who speaks HTTP where TLS is spoken nothing is said.
  const server = tls ?? createServer(settings)
  // A client that takes nothing of its answers any more; upgraded connections are rid of it.
  server.setTimeout(limits.drainMs)
  // WebSockets count here too.
  server.maxConnections = 2 * limits.connections

  server.on('request', (request, response) => {
    const address = clientAddress(request, trustProxy)
    const waitMs = address === undefined ? undefined : requestRate.take(address, 1)
    response.on('error', () => undefined)
    if (waitMs !== undefined) {
      setApiHeaders(response)
      response.setHeader('Connection', 'close')
      sendError(response, 'too-many-requests', { retryAfterMs: waitMs })
      return
    }
    route(request, response, address, options).catch((error: unknown) => {
      options.log.error(errorFields(error), 'request failed')
      sendError(response, 'internal')
    })
  })
  // Node answers 400 to what is no HTTP; without a listener for this, it does.
  const upgrades = createUpgrades({
    accept: options.accept,
    limits,
    addressOf: (request) => clientAddress(request, trustProxy),
    admit: (address) => {
      if (!options.started()) return 1000
      return address === undefined ? undefined : upgradeRate.take(address, 1)
    },
  })
  server.on('upgrade', (request, socket, head) => upgrades.handle(request, socket, head))
  return { server, upgrades, take: (renewed) => tls?.setSecureContext(renewed) }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  rateKey: string | undefined,
  options: FrontOptions,
): Promise<void> {
  const pathname = (request.url ?? '/').split('?')[0] ?? '/'
  if (pathname === '/healthz') return sendBytes(response, 200, 'text/plain', Buffer.from('ok\n'))
  if (!options.started()) return sendError(response, 'busy', { retryAfterMs: 1000 })
  if (pathname === '/readyz') return sendReadiness(response, options.readiness)
  if (pathname.startsWith('/v1/') || pathname.startsWith('/.well-known/')) {
    setApiHeaders(response)
    if (request.method === 'OPTIONS') return sendPreflight(response)
    return routeApi(request, response, pathname, rateKey, options)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return sendError(response, 'not-allowed')
  if (options.app === undefined) return sendError(response, 'not-found')
  options.app(request, response, () => sendError(response, 'not-found'))
}

async function routeApi(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  rateKey: string | undefined,
  options: FrontOptions,
): Promise<void> {
  if (pathname === '/.well-known/safelight') {
    if (request.method === 'GET' || request.method === 'HEAD')
      return sendJson(response, 200, options.info(request.headers.host))
    response.setHeader('Allow', 'GET, HEAD')
    return sendError(response, 'not-allowed')
  }
  if (pathname === '/v1/mailbox') {
    if (request.method === 'POST') return serveMailbox(request, response, rateKey, options)
    response.setHeader('Allow', 'POST')
    return sendError(response, 'not-allowed')
  }
  if (pathname.startsWith('/v1/blobs/')) return serveBlobs(request, response, { pathname, address: rateKey }, options)
  sendError(response, 'not-found')
}

async function sendReadiness(response: ServerResponse, readiness: Readiness): Promise<void> {
  const reason = await readiness()
  const text = reason === undefined ? 'ready\n' : `not ready: ${reason}\n`
  sendBytes(response, reason === undefined ? 200 : 503, 'text/plain', Buffer.from(text))
}
