// Answers that every route gives alike: JSON errors with a code and a sentence, and the headers that let pages served by
// other relays use this one.

import type { ServerResponse } from 'node:http'

const dayS = 24 * 60 * 60

/** Machine-readable `code` of an HTTP error body. */
export type HttpErrorCode =
  | 'bad-request'
  | 'not-allowed'
  | 'not-found'
  | 'too-large'
  | 'too-many-requests'
  | 'busy'
  | 'unauthorized'
  | 'foreign'
  | 'mismatch'
  | 'unknown-mailbox'
  | 'gone'
  | 'full'
  | 'relay-full'
  | 'internal'

const errors: Readonly<Record<HttpErrorCode, readonly [status: number, sentence: string]>> = {
  'bad-request': [400, 'The request is not valid.'],
  unauthorized: [401, 'A write key is needed: Authorization: Safelight <key>.'],
  foreign: [403, 'This blob was put with another write key.'],
  'not-found': [404, 'There is nothing here.'],
  'unknown-mailbox': [404, 'This relay does not know the mailbox.'],
  'not-allowed': [405, 'This method is not allowed here.'],
  mismatch: [409, 'Other content was put here before.'],
  gone: [410, 'The mailbox was closed.'],
  'too-large': [413, 'The body is larger than this relay accepts.'],
  'too-many-requests': [429, 'Too many requests. Try again later.'],
  internal: [500, 'The relay failed. Its log says more.'],
  busy: [503, 'The relay is busy. Try again soon.'],
  full: [507, 'The quota of this mailbox is used up.'],
  'relay-full': [507, 'The relay has no room left.'],
}

export function sendError(
  response: ServerResponse,
  code: HttpErrorCode,
  options: { retryAfterMs?: number } = {},
): void {
  const [status, sentence] = errors[code]
  if (options.retryAfterMs !== undefined) response.setHeader('Retry-After', Math.ceil(options.retryAfterMs / 1000))
  sendJson(response, status, { code, message: sentence })
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendBytes(response, status, 'application/json', Buffer.from(JSON.stringify(value)))
}

export function sendBytes(response: ServerResponse, status: number, type: string, bytes: Uint8Array): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': bytes.length })
  response.end(bytes)
}

/** The application interface is the same for every page: it knows no cookies, access is by keys in the request. */
export function setApiHeaders(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After, X-Safelight-Segments, X-Safelight-Until')
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
}

export function sendPreflight(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, PUT, POST')
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, X-Safelight-Segments')
  response.setHeader('Access-Control-Max-Age', dayS)
  response.writeHead(204)
  response.end()
}
