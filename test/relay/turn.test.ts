// Who gets credentials for the operator's TURN server, and who does not.

import { createHmac } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postCommand } from './support/http-client.ts'
import type { TestRelay } from './support/relay.ts'
import { createTestRelay, mailboxKeys } from './support/relay.ts'
import type { TestStream } from './support/stream-client.ts'
import { connectPeer } from './support/stream-client.ts'

const secret = 'shared with the TURN server'
const urls = ['turn:relay.example:3478', 'turn:relay.example:3478?transport=tcp']
const { readKey } = mailboxKeys(1)
const refused = (code: string) => [{ kind: 'error', code }]

let nowMs = Date.UTC(2026, 0, 1, 12)
let relay: TestRelay

beforeEach(async () => {
  nowMs = Date.UTC(2026, 0, 1, 12)
  relay = await createTestRelay({
    turn: { urls, secret },
    limits: { turns: { burst: 2, perSecond: 0.01 } },
    now: () => nowMs,
  })
})
afterEach(() => relay[Symbol.asyncDispose]())

async function follow(stream: TestStream): Promise<void> {
  const replies = await stream.send(
    { kind: 'open', readKey, tier: 'contact' },
    { kind: 'subscribe', readKeys: [readKey] },
  )
  expect(replies).toEqual([{ kind: 'ok' }, { kind: 'ok' }])
}

describe('TURN credentials', () => {
  it('go to a stream that follows a mailbox here, are good for an hour, and name nobody', async () => {
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    await follow(stream)
    const username = String(nowMs / 1000 + 3600)
    const credential = createHmac('sha1', secret).update(username).digest('base64')
    expect(await stream.send({ kind: 'turn' })).toEqual([
      { kind: 'turn', urls, username, credential, lifetimeMs: 3_600_000 },
    ])
  })

  it('are the same for everybody who asks in one second: nothing in them tells people apart', async () => {
    await using ana = await connectPeer(relay)
    await using bo = await connectPeer(relay)
    const streams = [await ana.open(), await bo.open()]
    for (const stream of streams) await follow(stream)
    const [one, two] = await Promise.all(streams.map((stream) => stream.send({ kind: 'turn' })))
    expect(one).toEqual(two)
  })

  it('do not go to who has no mailbox here', async () => {
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    expect(await stream.send({ kind: 'turn' })).toEqual(refused('unknown-mailbox'))
    const [missing] = await stream.send({ kind: 'subscribe', readKeys: [mailboxKeys(9).readKey] })
    expect(missing).toEqual({ kind: 'error', code: 'unknown-mailbox' })
    expect(await stream.send({ kind: 'turn' })).toEqual(refused('unknown-mailbox'))
  })

  it('do not go out over HTTP', async () => {
    expect(await postCommand(relay.url, { kind: 'turn' })).toEqual({ kind: 'error', code: 'bad-request' })
  })

  it('do not go to who is no member, where membership is needed', async () => {
    await relay.restart({ membership: 'closed' })
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const [open] = await stream.send({ kind: 'open', readKey, tier: 'contact' })
    const [subscribe] = await stream.send({ kind: 'subscribe', readKeys: [readKey] })
    expect(open).toEqual({ kind: 'error', code: 'not-a-member' })
    expect(subscribe).toEqual({ kind: 'error', code: 'unknown-mailbox' })
    expect(await stream.send({ kind: 'turn' })).toEqual(refused('unknown-mailbox'))
  })

  it('are given out at a rate', async () => {
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    await follow(stream)
    const replies = await stream.send({ kind: 'turn' }, { kind: 'turn' }, { kind: 'turn' })
    expect(replies.map(({ kind }) => kind)).toEqual(['turn', 'turn', 'error'])
    expect(replies[2]).toEqual({ kind: 'error', code: 'too-many-requests', retryAfterMs: 100_000 })
  })

  it('are not there at a relay that has no TURN server', async () => {
    await using plain = await createTestRelay()
    await using peer = await connectPeer(plain)
    const stream = await peer.open()
    await follow(stream)
    expect(await stream.send({ kind: 'turn' })).toEqual(refused('bad-request'))
    expect(await (await fetch(`${plain.url}/.well-known/safelight`)).json()).not.toHaveProperty('turn')
  })
})

describe('the secret behind them', () => {
  it('is neither published, nor stored, nor in the metrics', async () => {
    const description = await (await fetch(`${relay.url}/.well-known/safelight`)).text()
    expect(JSON.parse(description)).toMatchObject({ turn: true })
    const metrics = await (await fetch(relay.metricsUrl ?? '')).text()
    const files = await readdir(relay.dataDirectory, { recursive: true, withFileTypes: true })
    const stored = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
    )
    for (const text of [description, metrics, ...stored]) expect(text).not.toContain(secret)
    expect(description).not.toContain('turn:relay.example')
  })
})
