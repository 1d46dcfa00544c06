import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeResponse } from '../../../src/protocol/mailbox/codec.ts'
import type { MailboxCommand } from '../../../src/protocol/mailbox/command.ts'
import { createRelayHttp, type RelayHttp } from '../../../src/transport/relay/http.ts'

const blobId = 'ab'.repeat(32)
const locate: MailboxCommand = { kind: 'locate', writeKey: new Uint8Array(32) }

describe('relay over HTTP', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
  })

  const answering = async (listener: RequestListener): Promise<RelayHttp> => {
    const started = createServer(listener)
    server = started
    await new Promise<void>((resolve) => {
      started.listen(0, '127.0.0.1', resolve)
    })
    const address = started.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return createRelayHttp(`http://127.0.0.1:${port}`, fetch)
  }
  const answer = (
    status: number,
    body: string | Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<RelayHttp> => answering((_request, response) => response.writeHead(status, headers).end(body))

  it('takes a page that is no relay for what it is', async () => {
    for (const [status, body] of [
      [404, 'not found'],
      [200, '<html></html>'],
      [200, '{}'],
    ] as const) {
      const http = await answer(status, body)
      await expect(http.info()).rejects.toMatchObject({ code: 'not-a-relay' })
      server?.close()
    }
  })

  it('stops reading an answer that has no end', async () => {
    const http = await answering((_request, response) => {
      const more = (): void => {
        while (response.write(' '.repeat(16_384)));
      }
      response.on('drain', more)
      more()
    })
    await expect(http.info()).rejects.toMatchObject({ code: 'not-a-relay' })
    await expect(http.getSegment(blobId, 0)).rejects.toMatchObject({ code: 'not-a-relay' })
  })

  it('follows no redirect', async () => {
    const http = await answer(302, '', { location: 'http://127.0.0.1:1/' })
    await expect(http.info()).rejects.toMatchObject({ code: 'relay-unreachable' })
  })

  it('takes a gateway without its relay for a relay that does not answer', async () => {
    const http = await answer(502, 'bad gateway')
    await expect(http.info()).rejects.toMatchObject({ code: 'relay-unreachable' })
    await expect(http.call([locate])).rejects.toMatchObject({ code: 'relay-unreachable', status: 502 })
    await expect(http.getSegment(blobId, 0)).rejects.toMatchObject({ code: 'relay-unreachable' })
  })

  it('passes refusals on, with the time to wait', async () => {
    const http = await answer(429, '', { 'retry-after': '7' })
    const upload = http.putSegment(blobId, 0, new Uint8Array(1), { writeKey: new Uint8Array(32), segmentCount: 1 })
    await expect(upload).rejects.toMatchObject({ code: 'relay-refused', status: 429, retryAfterMs: 7000 })
  })

  it('believes no retry-after beyond a day, and none that is no number', async () => {
    const later = await answer(507, '', { 'retry-after': '999999999' })
    await expect(later.presentSegments(blobId)).rejects.toMatchObject({ status: 507, retryAfterMs: 86_400_000 })
    server?.close()
    const never = await answer(507, '', { 'retry-after': 'Wed, 21 Oct 2099 07:28:00 GMT' })
    await expect(never.presentSegments(blobId)).rejects.toMatchObject({ status: 507, retryAfterMs: undefined })
  })

  it('refuses answers that are no response, or have too few or too many replies', async () => {
    const bodies = [
      new Uint8Array(0),
      new Uint8Array(100).fill(0xff),
      encodeResponse({ id: 1, replies: [] }),
      encodeResponse({ id: 1, replies: [{ kind: 'ok' }, { kind: 'ok' }] }),
    ]
    for (const body of bodies) {
      const http = await answer(200, body)
      await expect(http.call([locate])).rejects.toMatchObject({ code: 'not-a-relay' })
      server?.close()
    }
  })

  it('turns the bitmap so that the first segment has the highest bit', async () => {
    const http = await answer(200, Uint8Array.of(0b0000_0011, 0b1000_0000))
    expect(await http.presentSegments(blobId)).toEqual(Uint8Array.of(0b1100_0000, 0b0000_0001))
  })

  it('sends the write key only as an authorization, never in the address', async () => {
    const seen: string[] = []
    const http = await answering((request, response) => {
      seen.push(request.method ?? '', request.url ?? '', request.headers.authorization ?? '')
      request.resume().on('end', () => response.writeHead(204).end())
    })
    await http.putSegment(blobId, 3, new Uint8Array(5), { writeKey: new Uint8Array(32).fill(255), segmentCount: 9 })
    expect(seen).toEqual(['PUT', `/v1/blobs/${blobId}/3`, `Safelight ${'_'.repeat(42)}8`])
  })

  it('ends a request that is cancelled', async () => {
    const http = await answering(() => {})
    const controller = new AbortController()
    const reading = http.info({ signal: controller.signal })
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
  })
})
