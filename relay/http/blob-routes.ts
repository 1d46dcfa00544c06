// `PUT|GET|HEAD /v1/blobs/<id>/<segment>` and `GET|HEAD /v1/blobs/<id>` (the bitmap of stored segments). Ids are 64
// lower-case hex digits, segments decimal numbers from 0.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { fromBase64Url, fromHex } from '../../src/protocol/bytes.ts'
import { hasBit } from '../blobs/bitmap.ts'
import type { BlobService, SegmentPlace } from '../blobs/service.ts'
import type { RelayLimits } from '../limits.ts'
import type { Answers } from './answers.ts'
import type { BodyReader } from './body.ts'
import { discardBody } from './body.ts'
import type { HttpErrorCode } from './responses.ts'
import { sendBytes, sendError } from './responses.ts'

const path = /^\/v1\/blobs\/([0-9a-f]{64})(?:\/(0|[1-9]\d{0,6}))?$/
const contentType = 'application/octet-stream'

export interface BlobRouteOptions {
  readonly blobs: BlobService
  readonly bodies: BodyReader
  readonly answers: Answers
  readonly limits: RelayLimits
}

interface Where {
  readonly blobId: Uint8Array
  readonly segment: number
  /** Of the client; undefined: no bound by it. */
  readonly address: string | undefined
}

export async function serveBlobs(
  request: IncomingMessage,
  response: ServerResponse,
  { pathname, address }: { readonly pathname: string; readonly address: string | undefined },
  options: BlobRouteOptions,
): Promise<void> {
  const [, idHex, segmentText] = path.exec(pathname) ?? []
  const blobId = idHex === undefined ? undefined : fromHex(idHex)
  if (blobId === undefined) return sendError(response, 'not-found')
  const segment = segmentText === undefined ? undefined : Number(segmentText)
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (reads) {
    return segment === undefined
      ? sendBitmap(response, blobId, options.blobs)
      : sendSegment(request, response, { blobId, segment, address }, options)
  }
  if (request.method === 'PUT' && segment !== undefined)
    return putSegment(request, response, { blobId, segment, address }, options)
  response.setHeader('Allow', segment === undefined ? 'GET, HEAD' : 'GET, HEAD, PUT')
  return sendError(response, 'not-allowed')
}

async function sendBitmap(response: ServerResponse, blobId: Uint8Array, blobs: BlobService): Promise<void> {
  const blob = await blobs.find(blobId)
  if (blob === undefined) return sendError(response, 'not-found')
  response.setHeader('X-Safelight-Segments', blob.segments)
  sendBytes(response, 200, contentType, blob.bitmap)
}

async function sendSegment(
  request: IncomingMessage,
  response: ServerResponse,
  { blobId, segment, address }: Where,
  { blobs, answers, limits }: BlobRouteOptions,
): Promise<void> {
  if (request.method === 'HEAD') {
    const blob = await blobs.find(blobId)
    if (blob === undefined || segment >= blob.segments || !hasBit(blob.bitmap, segment)) {
      return sendError(response, 'not-found')
    }
    response.setHeader('X-Safelight-Segments', blob.segments)
    response.writeHead(200, { 'Content-Type': contentType })
    response.end()
    return
  }
  // Before the file is read: what waits in memory is what has to be bounded.
  const answer = answers.hold(response, address, limits.segmentBytes)
  if (answer === undefined) return sendError(response, 'busy', { retryAfterMs: 1000 })
  const bytes = await blobs.segment(blobId, segment)
  if (bytes === undefined) return sendError(response, 'not-found')
  answer.send(contentType, bytes)
}

async function putSegment(
  request: IncomingMessage,
  response: ServerResponse,
  { blobId, segment, address }: Where,
  { blobs, bodies, limits }: BlobRouteOptions,
): Promise<void> {
  const writeKey = readWriteKey(request)
  const segments = readSegments(request)
  if (writeKey === undefined) return refuseUnread(request, response, 'unauthorized')
  if (segments === undefined) return refuseUnread(request, response, 'bad-request')
  const place: SegmentPlace = { blobId, segment, segments, writeKey }
  // Before the body is read; its length is checked again when it is known.
  const refused = blobs.admit(place, 1)
  if (refused !== undefined) return refuseUnread(request, response, refused)
  const body = await bodies.read(request, address, limits.segmentBytes)
  if (body.kind === 'refused') {
    const { reason } = body
    if (reason === 'aborted') return
    return refuseUnread(request, response, reason)
  }
  try {
    const result = await blobs.put(place, body.bytes, address)
    if (result.kind === 'refused') {
      const { code, retryAfterMs } = result
      return sendError(response, code, retryAfterMs === undefined ? {} : { retryAfterMs })
    }
    response.setHeader('X-Safelight-Until', result.untilMs)
    response.writeHead(204)
    response.end()
  } finally {
    body.release()
  }
}

function refuseUnread(request: IncomingMessage, response: ServerResponse, code: HttpErrorCode): void {
  discardBody(request)
  sendError(response, code, code === 'busy' ? { retryAfterMs: 1000 } : {})
}

function readWriteKey(request: IncomingMessage): Uint8Array | undefined {
  const text = /^Safelight ([A-Za-z0-9_-]{43})$/.exec(request.headers.authorization ?? '')?.[1]
  return text === undefined ? undefined : fromBase64Url(text)
}

function readSegments(request: IncomingMessage): number | undefined {
  const text = request.headers['x-safelight-segments']
  return typeof text === 'string' && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined
}
