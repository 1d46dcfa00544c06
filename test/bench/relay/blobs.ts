// Segments uploaded (with fsync) and downloaded, against a bare HTTP server that writes and reads files the same way.

import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blobUrl, postCommand, putSegment } from '../../relay/support/http-client.ts'
import { mailboxKeys } from '../../relay/support/relay.ts'

const segmentBytes = 256 * 1024
const atOnce = 4

export interface Rates {
  /** Bytes a second. */
  readonly up: number
  readonly down: number
}

export async function relayBlobs(url: string, segments: number): Promise<Rates> {
  const { readKey, writeKey } = mailboxKeys(55)
  await postCommand(url, { kind: 'open', readKey, tier: 'contact' })
  const blobId = randomBytes(32)
  const bytes = randomBytes(segmentBytes)
  const up = await rate(segments, async (segment) => {
    expectStatus(await putSegment(url, { blobId, segment, segments, writeKey, bytes }), 204)
  })
  const down = await rate(segments, async (segment) => {
    const response = await fetch(blobUrl(url, blobId, segment))
    expectStatus(response, 200)
    await response.arrayBuffer()
  })
  return { up, down }
}

export async function bareBlobs(segments: number): Promise<Rates> {
  const folder = await mkdtemp(join(tmpdir(), 'safelight-bare-'))
  const server = createServer((request, response) => {
    const path = join(folder, (request.url ?? '').slice(1))
    if (request.method === 'GET') createReadStream(path).pipe(response)
    else void store(request, path).then(() => response.writeHead(204).end())
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const bytes = randomBytes(segmentBytes)
  try {
    const up = await rate(segments, async (segment) => {
      expectStatus(await fetch(`${url}/${segment}`, { method: 'PUT', body: bytes }), 204)
    })
    const down = await rate(segments, async (segment) => {
      await (await fetch(`${url}/${segment}`)).arrayBuffer()
    })
    return { up, down }
  } finally {
    server.closeAllConnections()
    server.close()
    await rm(folder, { recursive: true })
  }
}

async function store(request: IncomingMessage, path: string): Promise<void> {
  const file = await open(path, 'w')
  for await (const chunk of request) await file.write(chunk as Buffer)
  await file.datasync()
  await file.close()
}

async function rate(segments: number, work: (segment: number) => Promise<void>): Promise<number> {
  let next = 0
  const from = performance.now()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < segments) await work(next++)
    }),
  )
  return ((segments * segmentBytes) / (performance.now() - from)) * 1000
}

function expectStatus(response: Response, status: number): void {
  if (response.status !== status) throw new Error(`answered ${response.status} instead of ${status}`)
}
