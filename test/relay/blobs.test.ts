// Segments over HTTP: who may put, what is refused, what is found again.

import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blobUrl, errorCode, metric, postCommand, putSegment } from './support/http-client.ts'
import type { MailboxKeys, TestRelay } from './support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'

const segmentBytes = 256 * 1024

/** A small file and its folder cost more than what is in them. */
const smallBlobBytes = 4096 + 8192 + 1

let relay: TestRelay
let owner: MailboxKeys
let nextBlob = 1

beforeAll(async () => {
  relay = await createTestRelay({ limits: { mailboxBlobBytes: 8 * segmentBytes + 10_000 } })
  owner = await openMailbox(1)
})

afterAll(async () => {
  await relay[Symbol.asyncDispose]()
})

async function openMailbox(seed: number): Promise<MailboxKeys> {
  const keys = mailboxKeys(seed)
  await postCommand(relay.url, { kind: 'open', readKey: keys.readKey, tier: 'contact' })
  return keys
}

const freshBlob = (): Uint8Array => bytesOf(32, nextBlob++)

const put = (blobId: Uint8Array, changes: Partial<Parameters<typeof putSegment>[1]> = {}): Promise<Response> =>
  putSegment(relay.url, {
    blobId,
    segment: 0,
    segments: 2,
    writeKey: owner.writeKey,
    bytes: bytesOf(1000, 7),
    ...changes,
  })

const bitmap = async (blobId: Uint8Array): Promise<number[]> => {
  const response = await fetch(blobUrl(relay.url, blobId))
  return response.ok ? [...new Uint8Array(await response.arrayBuffer())] : []
}

const segment = async (blobId: Uint8Array, index: number): Promise<Uint8Array | undefined> => {
  const response = await fetch(blobUrl(relay.url, blobId, index))
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined
}

describe('segments', () => {
  it('are put with a write key and fetched by anybody who knows the id', async () => {
    const blobId = freshBlob()
    const bytes = bytesOf(segmentBytes, 3)
    const response = await put(blobId, { segment: 1, bytes })
    expect(response.status).toBe(204)
    expect(Number(response.headers.get('x-safelight-until'))).toBeGreaterThan(Date.now())
    expect(await segment(blobId, 1)).toEqual(bytes)
    expect(await segment(blobId, 0)).toBeUndefined()
    expect(await bitmap(blobId)).toEqual([0b10])
    expect((await fetch(blobUrl(relay.url, blobId, 1), { method: 'HEAD' })).status).toBe(200)
    expect((await fetch(blobUrl(relay.url, blobId, 0), { method: 'HEAD' })).status).toBe(404)
    expect((await fetch(blobUrl(relay.url, blobId))).headers.get('x-safelight-segments')).toBe('2')
  })

  it('can be put again with the same bytes, and never with others', async () => {
    const blobId = freshBlob()
    await put(blobId)
    const before = await metric(relay.metricsUrl, 'safelight_segments_stored_total')
    expect((await put(blobId)).status).toBe(204)
    expect(await metric(relay.metricsUrl, 'safelight_segments_stored_total')).toBe(before)
    const changed = await put(blobId, { bytes: bytesOf(1000, 8) })
    expect([changed.status, await errorCode(changed)]).toEqual([409, 'mismatch'])
    expect(await segment(blobId, 0)).toEqual(bytesOf(1000, 7))
  })

  it('are stored once when two connections put the same one at the same time', async () => {
    const blobId = freshBlob()
    const before = await metric(relay.metricsUrl, 'safelight_stored_bytes{kind="blobs"}')
    const responses = await Promise.all(Array.from({ length: 5 }, () => put(blobId)))
    expect(responses.map((response) => response.status)).toEqual([204, 204, 204, 204, 204])
    expect(await metric(relay.metricsUrl, 'safelight_stored_bytes{kind="blobs"}')).toBe(before + smallBlobBytes)
    expect(await segment(blobId, 0)).toEqual(bytesOf(1000, 7))
  })

  it('are counted when they are stored and when they are sent', async () => {
    const blobId = freshBlob()
    const read = (name: string) => metric(relay.metricsUrl, `safelight_segments_${name}_total`)
    const [stored, served] = [await read('stored'), await read('served')]
    await put(blobId)
    await segment(blobId, 0)
    await segment(blobId, 1)
    expect([await read('stored'), await read('served')]).toEqual([stored + 1, served + 1])
  })
})

describe('a put is refused', () => {
  const refusals: readonly (readonly [string, () => Promise<Response>, number, string])[] = [
    [
      'without a write key',
      () =>
        fetch(blobUrl(relay.url, freshBlob(), 0), {
          method: 'PUT',
          body: 'x',
          headers: { 'X-Safelight-Segments': '1' },
        }),
      401,
      'unauthorized',
    ],
    [
      'with a write key of no mailbox here',
      () => put(freshBlob(), { writeKey: bytesOf(32, 99) }),
      404,
      'unknown-mailbox',
    ],
    ['beyond the segments it announced', () => put(freshBlob(), { segment: 2, segments: 2 }), 400, 'bad-request'],
    ['with too many segments', () => put(freshBlob(), { segments: 9217 }), 413, 'too-large'],
    [
      'with a segment that is too big',
      () => put(freshBlob(), { bytes: bytesOf(segmentBytes + 1, 1) }),
      413,
      'too-large',
    ],
    ['with an empty segment', () => put(freshBlob(), { bytes: bytesOf(0, 1) }), 400, 'bad-request'],
    [
      'without a number of segments',
      () =>
        fetch(blobUrl(relay.url, freshBlob(), 0), {
          method: 'PUT',
          body: 'x',
          headers: { Authorization: `Safelight ${'A'.repeat(43)}` },
        }),
      400,
      'bad-request',
    ],
    [
      'without a segment number',
      () => fetch(blobUrl(relay.url, freshBlob()), { method: 'PUT', body: 'x' }),
      405,
      'not-allowed',
    ],
    [
      'at a path that is no blob',
      () => fetch(`${relay.url}/v1/blobs/../../etc/passwd`, { method: 'PUT', body: 'x' }),
      405,
      'not-allowed',
    ],
    [
      'at a blob id that is too short',
      () => fetch(`${relay.url}/v1/blobs/abcd/0`, { method: 'PUT', body: 'x' }),
      404,
      'not-found',
    ],
  ]

  it.each(refusals)('%s', async (_name, request, status, code) => {
    const stored = await metric(relay.metricsUrl, 'safelight_stored_bytes{kind="blobs"}')
    const response = await request()
    expect([response.status, await errorCode(response)]).toEqual([status, code])
    expect(await metric(relay.metricsUrl, 'safelight_stored_bytes{kind="blobs"}')).toBe(stored)
  })

  it('with the write key of another mailbox, as long as the first one exists', async () => {
    const blobId = freshBlob()
    const first = await openMailbox(21)
    const second = await openMailbox(22)
    expect((await put(blobId, { writeKey: first.writeKey })).status).toBe(204)
    const foreign = await put(blobId, { writeKey: second.writeKey, segment: 1 })
    expect([foreign.status, await errorCode(foreign)]).toEqual([403, 'foreign'])
    await postCommand(relay.url, { kind: 'close', readKey: first.readKey })
    const closed = await put(blobId, { writeKey: first.writeKey, segment: 1 })
    expect([closed.status, await errorCode(closed)]).toEqual([410, 'gone'])
    expect(await segment(blobId, 0)).toEqual(bytesOf(1000, 7))
    expect((await put(blobId, { writeKey: second.writeKey, segment: 1 })).status).toBe(204)
    expect(await bitmap(blobId)).toEqual([0b11])
  })

  it('with another number of segments than before', async () => {
    const blobId = freshBlob()
    await put(blobId, { segments: 2 })
    const other = await put(blobId, { segments: 3, segment: 1 })
    expect([other.status, await errorCode(other)]).toEqual([409, 'mismatch'])
  })

  it('when the quota of its mailbox is used up', async () => {
    const keys = await openMailbox(23)
    const blobId = freshBlob()
    const fill = (index: number) =>
      put(blobId, { writeKey: keys.writeKey, segments: 9, segment: index, bytes: bytesOf(segmentBytes, index) })
    for (let index = 0; index < 8; index++) expect((await fill(index)).status).toBe(204)
    const over = await fill(8)
    expect([over.status, await errorCode(over)]).toEqual([507, 'full'])
    expect(await bitmap(blobId)).toEqual([0xff, 0])
    const other = await openMailbox(24)
    expect((await put(freshBlob(), { writeKey: other.writeKey })).status).toBe(204)
  })

  it('when many tiny blobs have used up what they cost on the disk', async () => {
    const keys = await openMailbox(25)
    const statuses: number[] = []
    for (let index = 0; index < 200 && !statuses.includes(507); index++) {
      const blobId = Uint8Array.from({ length: 32 }, (_, byte) => (byte === 0 ? 250 : index))
      statuses.push((await put(blobId, { writeKey: keys.writeKey, bytes: bytesOf(1, 1) })).status)
    }
    const count = Math.floor((8 * segmentBytes + 10_000) / smallBlobBytes)
    expect(statuses).toEqual([...Array.from({ length: count }, () => 204), 507])
  })

  it('and leaves no file behind', async () => {
    const names = await readdir(`${relay.dataDirectory}/blobs`, { recursive: true })
    expect(names.filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

describe('an unknown blob', () => {
  it('is 404 as a whole and in parts', async () => {
    expect((await fetch(blobUrl(relay.url, bytesOf(32, 200)))).status).toBe(404)
    expect((await fetch(blobUrl(relay.url, bytesOf(32, 200), 0))).status).toBe(404)
    expect((await fetch(`${relay.url}/v1/blobs/${'G'.repeat(64)}/0`)).status).toBe(404)
    expect((await fetch(blobUrl(relay.url, bytesOf(32, 200), 99_999_999))).status).toBe(404)
  })
})
