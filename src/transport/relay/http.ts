// A relay over HTTP: its description, commands without a stream, media segments. Spec: docs/protocol.md §2, §7.

import type { CallOptions, RelayConnection } from '../../messenger/ports.ts'
import { TransportError } from '../../messenger/ports.ts'
import { toBase64Url } from '../../protocol/bytes.ts'
import { decodeResponse } from '../../protocol/mailbox/codec.ts'
import { cancellable } from '../cancel.ts'
import { limits } from '../limits.ts'
import { runBatches } from './batches.ts'
import { decodeRelayInfo } from './info.ts'

export type RelayHttp = Omit<RelayConnection, 'url' | 'state'>

interface Exchange extends CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly headers?: Record<string, string>
  readonly body?: BodyInit
  readonly timeoutMs: number
  /** The largest answer that is read. */
  readonly maxBytes: number
}

interface Answer {
  readonly status: number
  readonly retryAfterMs: number | undefined
  readonly body: Uint8Array
}

/** Answers of this many bytes are read even when nothing is expected: an error's sentence. */
const smallBytes = 4096
const mostRetryAfterMs = 24 * 60 * 60 * 1000

export function createRelayHttp(url: string, fetchFrom: typeof fetch): RelayHttp {
  const exchange = (path: string, options: Exchange): Promise<Answer> =>
    cancellable(async () => await send(fetchFrom, `${url}${path}`, options), options.signal)

  const blobPath = (blobId: string, index?: number): string =>
    index === undefined ? `/v1/blobs/${blobId}` : `/v1/blobs/${blobId}/${index}`

  /** Undefined for 404. */
  const get = async (path: string, maxBytes: number, options?: CallOptions): Promise<Uint8Array | undefined> => {
    const answer = await exchange(path, { ...options, timeoutMs: limits.segmentTimeoutMs, maxBytes })
    if (answer.status === 404) return undefined
    if (answer.status !== 200) throw refused(answer)
    return answer.body
  }

  return {
    async info(options) {
      const answer = await exchange('/.well-known/safelight', {
        ...options,
        timeoutMs: limits.infoTimeoutMs,
        maxBytes: limits.relayInfoBytes,
      })
      if (answer.status >= 500) throw new TransportError('relay-unreachable', { status: answer.status })
      if (answer.status !== 200) throw new TransportError('not-a-relay', { status: answer.status })
      const info = decodeRelayInfo(new TextDecoder().decode(answer.body))
      if (typeof info === 'string') throw new TransportError(info)
      return info
    },

    call: (commands, options) =>
      runBatches(commands, async (body) => {
        const answer = await exchange('/v1/mailbox', {
          ...options,
          method: 'POST',
          headers: { 'content-type': 'application/cbor' },
          body: unshared(body),
          timeoutMs: limits.requestTimeoutMs,
          maxBytes: limits.responseBytes,
        })
        if (answer.status !== 200) throw refused(answer)
        const response = decodeResponse(answer.body)
        if (response === undefined) throw new TransportError('not-a-relay')
        return response.replies
      }),

    async putSegment(blobId, index, bytes, options) {
      const answer = await exchange(blobPath(blobId, index), {
        ...(options.signal && { signal: options.signal }),
        method: 'PUT',
        headers: {
          authorization: `Safelight ${toBase64Url(options.writeKey)}`,
          'x-safelight-segments': String(options.segmentCount),
          'content-type': 'application/octet-stream',
        },
        // A browser copies an array into what it tells of a request, and to whoever watches the page; a blob it does not.
        body: new Blob([unshared(bytes)]),
        timeoutMs: limits.segmentTimeoutMs,
        maxBytes: smallBytes,
      })
      if (answer.status < 200 || answer.status > 299) throw refused(answer)
    },

    getSegment: (blobId, index, options) => get(blobPath(blobId, index), limits.segmentBytes, options),
    async presentSegments(blobId, options) {
      const bits = await get(blobPath(blobId), limits.presentBytes, options)
      return bits?.map(reverseBits)
    },
  }
}

/** A copy: requests take only bytes on an ordinary, unshared buffer. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

async function send(fetchFrom: typeof fetch, url: string, options: Exchange): Promise<Answer> {
  const timeout = AbortSignal.timeout(options.timeoutMs)
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal])
  try {
    const response = await fetchFrom(url, {
      method: options.method ?? 'GET',
      signal,
      ...(options.headers && { headers: options.headers }),
      ...(options.body && { body: options.body }),
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    })
    const body = await readBounded(response, options.maxBytes)
    return { status: response.status, retryAfterMs: retryAfter(response.headers.get('retry-after')), body }
  } catch (error) {
    if (error instanceof TransportError) throw error
    if (timeout.aborted) throw new TransportError('timeout', { cause: error })
    throw new TransportError('relay-unreachable', { cause: error })
  }
}

/** @throws TransportError `not-a-relay` when there is more than a relay would send */
async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array(0)
  const parts: Uint8Array[] = []
  let size = 0
  const reader = response.body.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length
    if (size > maxBytes) {
      await reader.cancel()
      throw new TransportError('not-a-relay')
    }
    parts.push(part.value)
  }
  const body = new Uint8Array(size)
  let offset = 0
  for (const part of parts) {
    body.set(part, offset)
    offset += part.length
  }
  return body
}

/** Relays send the bit of the first segment lowest, everything here has it highest. */
function reverseBits(byte: number): number {
  let reversed = 0
  for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) reversed |= 0x80 >> bit
  return reversed
}

/** A gateway that cannot reach its relay is the same as no answer. */
function refused({ status, retryAfterMs }: Answer): TransportError {
  const code = status >= 502 && status <= 504 ? 'relay-unreachable' : 'relay-refused'
  return new TransportError(code, { status, ...(retryAfterMs !== undefined && { retryAfterMs }) })
}

function retryAfter(value: string | null): number | undefined {
  if (value === null || !/^\d{1,9}$/.test(value)) return undefined
  return Math.min(Number(value) * 1000, mostRetryAfterMs)
}
