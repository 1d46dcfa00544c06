// One push, to a real service on this machine: what it says, and what the service can do to the relay.

import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RelayLimits } from '../../../relay/limits.ts'
import { defaultLimits } from '../../../relay/limits.ts'
import { guardedLookup } from '../../../relay/push/addresses.ts'
import type { EndpointRule } from '../../../relay/push/endpoint-rule.ts'
import type { PushSender } from '../../../relay/push/send.ts'
import { createPushSender, retryAfterMs } from '../../../relay/push/send.ts'
import type { PushService } from '../../support/push-service.ts'
import { startPushService } from '../../support/push-service.ts'

const nowMs = Date.UTC(2026, 0, 1, 12)
let service: PushService
const senders: PushSender[] = []

beforeEach(async () => {
  service = await startPushService()
})
afterEach(async () => {
  for (const sender of senders.splice(0)) sender.close()
  await service[Symbol.asyncDispose]()
})

const here: EndpointRule = { hosts: [], allowLoopback: true }
type Resolve = Parameters<typeof guardedLookup>[1]

function sender(limits: Partial<RelayLimits> = {}, rule = here, resolve?: Resolve): PushSender {
  const made = createPushSender({
    key: { publicKey: 'key', authorize: (endpoint) => `vapid for ${new URL(endpoint).origin}` },
    rule,
    lookup: guardedLookup(rule, resolve),
    limits: { ...defaultLimits, ...limits },
    now: () => nowMs,
  })
  senders.push(made)
  return made
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end()

describe('a push', () => {
  it('has no payload, is urgent, and is the same for everybody', async () => {
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'sent' })
    expect(await sender().send(service.endpoint('b'))).toEqual({ kind: 'sent' })
    const [first, second] = service.taken
    expect(first).toMatchObject({ path: '/a', method: 'POST', bodyBytes: 0 })
    const { host, connection, ...headers } = first?.headers ?? {}
    expect(headers).toEqual({
      authorization: `vapid for https://localhost:${service.port}`,
      ttl: String(28 * 24 * 60 * 60),
      urgency: 'high',
      topic: 'new',
      'content-length': '0',
    })
    expect(host).toBe(`localhost:${service.port}`)
    expect(connection).toBe('keep-alive')
    expect(second?.headers).toEqual(first?.headers)
  })

  it.each([200, 201, 202, 204])('was taken with %i', async (code) => {
    service.answer(status(code))
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'sent' })
  })

  it.each([404, 410])('goes nowhere any more with %i', async (code) => {
    service.answer(status(code))
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'gone' })
  })

  it.each([400, 401, 403, 405, 413, 418])('is refused with %i', async (code) => {
    service.answer(status(code))
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'refused' })
  })

  it.each([301, 302, 307, 308])('follows no redirect: %i', async (code) => {
    await using other = await startPushService()
    service.answer(status(code, { location: other.endpoint('there') }))
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'refused' })
    expect(other.taken).toEqual([])
    expect(service.taken).toHaveLength(1)
  })

  it.each([429, 500, 502, 503])('waits with %i, as long as it is told to', async (code) => {
    service.answer(status(code))
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'later' })
    service.answer(status(code, { 'retry-after': '90' }))
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'later', afterMs: 90_000 })
    service.answer(status(code, { 'retry-after': '999999999' }))
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'later', afterMs: 60 * 60_000 })
  })

  it('reads a date as well as seconds, and nothing else', () => {
    expect(retryAfterMs('120', nowMs)).toBe(120_000)
    expect(retryAfterMs(new Date(nowMs + 5000).toUTCString(), nowMs)).toBe(5000)
    expect(retryAfterMs(new Date(nowMs - 5000).toUTCString(), nowMs)).toBe(0)
    for (const text of [undefined, '', 'soon', '1e9', '99999999999']) {
      const waitMs = retryAfterMs(text, nowMs)
      expect(waitMs === undefined || Number.isFinite(waitMs)).toBe(true)
    }
    expect(retryAfterMs('soon', nowMs)).toBeUndefined()
  })
})

describe('a service', () => {
  it('that does not answer, or not to the end of its headers, holds the relay for so long and no longer', async () => {
    service.answer(() => undefined)
    expect(await sender({ pushTimeoutMs: 200 }).send(service.endpoint('a'))).toEqual({ kind: 'later' })
    service.answer(({ socket }) => {
      socket?.write('HTTP/1.1 201 Created\r\n')
      const drip = setInterval(() => socket?.write('X-Slow: 1\r\n'), 20)
      socket?.once('close', () => clearInterval(drip))
    })
    expect(await sender({ pushTimeoutMs: 200 }).send(service.endpoint('a'))).toEqual({ kind: 'later' })
  })

  it('that answers without an end is not read to it', async () => {
    const ended = Promise.withResolvers<void>()
    service.answer((response) => {
      response.writeHead(201)
      const flood = (): void => {
        while (response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', flood)
      response.on('close', () => ended.resolve())
      flood()
    })
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'sent' })
    await ended.promise
  })

  it('that keeps its answer open is left after the time for a push', async () => {
    const ended = Promise.withResolvers<void>()
    service.answer((response) => {
      response.writeHead(201)
      response.write('x')
      response.on('close', () => ended.resolve())
    })
    expect(await sender({ pushTimeoutMs: 300 }).send(service.endpoint('a'))).toEqual({ kind: 'sent' })
    await ended.promise
  })

  it('that sends too many headers, breaks off, or speaks something else is as good as away', async () => {
    service.answer((response) => void response.writeHead(201, { 'x-much': 'x'.repeat(100_000) }).end())
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'later' })
    service.answer(({ socket }) => socket?.destroy())
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'later' })
    service.answer(({ socket }) => socket?.end('SSH-2.0-OpenSSH_9.9\r\n'))
    expect(await sender().send(service.endpoint('a'))).toEqual({ kind: 'later' })
  })

  it('that is not there, or is not who it says, is away', async () => {
    const endpoint = service.endpoint('a').replace('localhost', '127.0.0.1')
    expect(await sender().send(endpoint)).toEqual({ kind: 'sent' })
    const { port } = service
    await service[Symbol.asyncDispose]()
    expect(await sender().send(`https://localhost:${port}/a`)).toEqual({ kind: 'later' })
    service = await startPushService()
  })

  it('whose name leads into a network of the relay gets nothing', async () => {
    const rule = { hosts: ['push.example'], allowLoopback: false }
    const asked: string[] = []
    const resolve = ((name: string, _options: unknown, callback: (...result: readonly unknown[]) => void) => {
      asked.push(name)
      callback(null, [
        { address: '127.0.0.1', family: 4 },
        { address: 'fd00::1', family: 6 },
      ])
    }) as unknown as Resolve
    expect(await sender({}, rule, resolve).send('https://push.example/a')).toEqual({ kind: 'refused' })
    expect(asked).toEqual(['push.example'])
  })

  it('on this machine gets nothing from a relay that is no test', async () => {
    const rule = { hosts: 'any', allowLoopback: false } as const
    for (const host of ['localhost', '127.0.0.1'])
      expect(await sender({}, rule).send(`https://${host}:${service.port}/a`)).toEqual({ kind: 'refused' })
    expect(service.taken).toEqual([])
  })
})
