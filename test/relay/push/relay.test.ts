// A relay that wakes browsers, over both carriers, with a real push service on this machine.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callRelay } from '../../../relay/admin/client.ts'
import { restoreBackup } from '../../../relay/backup/restore.ts'
import type { RelayConfig } from '../../../relay/config/config.ts'
import { startRelay } from '../../../relay/server.ts'
import { toHex } from '../../../src/protocol/bytes.ts'
import { EncodingError } from '../../../src/protocol/cbor/value.ts'
import { limits as protocol } from '../../../src/protocol/limits.ts'
import type { MailboxCommand, MailboxReply } from '../../../src/protocol/mailbox/command.ts'
import { pushKeyForm } from '../../../src/protocol/mailbox/push.ts'
import type { PushService } from '../../support/push-service.ts'
import { loopbackTls, startPushService } from '../../support/push-service.ts'
import { startRelayProcess } from '../../support/relay-process.ts'
import { metric, postCommand, postCommands } from '../support/http-client.ts'
import type { TestRelay } from '../support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from '../support/relay.ts'
import { connectPeer } from '../support/stream-client.ts'

const ok = { kind: 'ok' }
const error = (code: string) => ({ kind: 'error', code })
const device = bytesOf(16, 1)
const here: Partial<RelayConfig> = { unsafePushLoopback: true }

let service: PushService
let relay: TestRelay

beforeEach(async () => {
  service = await startPushService()
  relay = await createTestRelay(here)
})
afterEach(async () => {
  await relay[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const send = (command: MailboxCommand) => postCommand(relay.url, command)
const open = (seed: number, tier: 'contact' | 'invite' = 'contact') =>
  send({ kind: 'open', readKey: mailboxKeys(seed).readKey, tier })
const pushSet = (seed: number, endpoint?: string, which = device): MailboxCommand => ({
  kind: 'push.set',
  readKey: mailboxKeys(seed).readKey,
  device: which,
  ...(endpoint === undefined ? {} : { endpoint }),
})
let fill = 0
const put = (seed: number, url = relay.url) =>
  postCommand(url, { kind: 'put', writeKey: mailboxKeys(seed).writeKey, envelopes: [bytesOf(4096, (fill += 1))] })
const pushKey = async (url = relay.url): Promise<unknown> => {
  const info: unknown = await (await fetch(`${url}/.well-known/safelight`)).json()
  return typeof info === 'object' && info !== null && 'pushKey' in info ? info.pushKey : undefined
}

describe('a relay that wakes browsers', () => {
  it('says under which key, and keeps it', async () => {
    const key = await pushKey()
    expect(pushKeyForm.test(String(key))).toBe(true)
    await relay.restart()
    expect(await pushKey()).toBe(key)
  })

  it('wakes the one that its mailbox names, over HTTP and over the stream', async () => {
    await open(1)
    expect(await send(pushSet(1, service.endpoint('http')))).toEqual(ok)
    await put(1)
    expect(await service.count(1)).toMatchObject({ path: '/http', method: 'POST', bodyBytes: 0 })

    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const { readKey, writeKey } = mailboxKeys(2)
    const endpoint = service.endpoint('stream')
    expect(
      await stream.send({ kind: 'open', readKey, tier: 'contact' }, { kind: 'push.set', readKey, device, endpoint }),
    ).toEqual([ok, ok])
    await stream.send({ kind: 'put', writeKey, envelopes: [bytesOf(4096, 200)] })
    expect(await service.count(2)).toMatchObject({ path: '/stream' })
  })

  it('wakes nobody who takes what comes over a stream, and whoever stopped taking it', async () => {
    await relay.restart({ limits: { pushPatienceMs: 3000 } })
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    for (const seed of [1, 2]) {
      await open(seed)
      await send(pushSet(seed, service.endpoint(`of-${seed}`)))
    }
    await stream.send({ kind: 'subscribe', readKeys: [1, 2].map((seed) => mailboxKeys(seed).readKey) })
    await put(1)
    const { items } = await stream.nextPush()
    await stream.send({ kind: 'ack', readKey: mailboxKeys(1).readKey, ids: items.map(({ id }) => id) })
    await put(2)
    await stream.nextPush()
    await service.count(1)
    expect(service.taken.map(({ path }) => path)).toEqual(['/of-2'])
  })

  it('says who it is to the service, and nothing of the mailbox', async () => {
    await open(1)
    await send(pushSet(1, service.endpoint('abc')))
    await put(1)
    const { headers } = await service.count(1)
    expect(headers.authorization).toMatch(/^vapid t=[\w-]+\.[\w-]+\.[\w-]+, k=[\w-]{87}$/)
    expect(headers.authorization?.endsWith(`k=${String(await pushKey())}`)).toBe(true)
    const said = JSON.stringify(service.taken)
    const { mailboxId, readKey, writeKey } = mailboxKeys(1)
    for (const secret of [mailboxId, readKey, writeKey]) expect(said).not.toContain(toHex(secret))
  })

  it('answers puts as ever while the service hangs, and stops in time', async () => {
    service.answer(() => undefined)
    await open(1)
    await send(pushSet(1, service.endpoint('hangs')))
    expect(await put(1)).toMatchObject({ kind: 'stored' })
    await service.count(1)
    expect(await put(1)).toMatchObject({ kind: 'stored' })
    await relay.stop()
  })

  it('wakes others while two servers that people chose never answer', async () => {
    await relay.restart({ pushHosts: 'any', limits: { pushTimeoutMs: 10 * 60_000 } })
    await using slow = await startPushService()
    slow.answer(() => undefined)
    await open(1)
    // One server under two names, with more browsers than there are pushes at once.
    const boxes = Array.from({ length: 10 }, (_, box) => ({
      seed: 10 + box,
      host: box < 5 ? 'localhost' : '127.0.0.1',
    }))
    for (const { seed, host } of boxes) {
      const { readKey, writeKey } = mailboxKeys(seed)
      const endpoints = Array.from({ length: 8 }, (_, which) => `https://${host}:${slow.port}/${seed}-${which}`)
      await postCommands(
        relay.url,
        { kind: 'open', readKey, tier: 'contact' },
        ...endpoints.map((endpoint, which) => pushSet(seed, endpoint, bytesOf(16, which))),
        { kind: 'put', writeKey, envelopes: [bytesOf(4096, seed)] },
      )
    }
    await slow.count(4)
    await send(pushSet(1, service.endpoint('others')))
    await put(1)
    expect(await service.count(1)).toMatchObject({ path: '/others' })
    expect(slow.taken).toHaveLength(4)
  })

  it('wakes nobody whose owner took the endpoint away, or closed the mailbox', async () => {
    for (const seed of [1, 2, 3]) await open(seed)
    for (const seed of [1, 2, 3]) await send(pushSet(seed, service.endpoint(`of-${seed}`)))
    expect(await send(pushSet(1))).toEqual(ok)
    expect(await send({ kind: 'close', readKey: mailboxKeys(2).readKey })).toEqual(ok)
    await put(1)
    await put(2)
    await put(3)
    expect(await service.count(1)).toMatchObject({ path: '/of-3' })
  })

  it('takes one endpoint from each device, and lets a device that comes later in', async () => {
    await open(1)
    for (let which = 1; which <= 9; which += 1)
      expect(await send(pushSet(1, service.endpoint(`device-${which}`), bytesOf(16, which)))).toEqual(ok)
    await send(pushSet(1, service.endpoint('device-9-anew'), bytesOf(16, 9)))
    await put(1)
    await service.count(8)
    expect(service.taken.map(({ path }) => path).toSorted()).toEqual([
      ...[2, 3, 4, 5, 6, 7, 8].map((which) => `/device-${which}`),
      '/device-9-anew',
    ])
  })

  it('wakes each of many once for an envelope to each of their mailboxes', async () => {
    const seeds = Array.from({ length: 120 }, (_, index) => index + 1)
    for (const seed of seeds) await open(seed)
    // Sixty browsers with two mailboxes each.
    await postCommands(relay.url, ...seeds.map((seed) => pushSet(seed, service.endpoint(`browser-${seed % 60}`))))
    await postCommands(
      relay.url,
      ...seeds.map((seed): MailboxCommand => ({
        kind: 'put',
        writeKey: mailboxKeys(seed).writeKey,
        envelopes: [bytesOf(4096, seed)],
      })),
    )
    await service.count(60)
    expect(new Set(service.taken.map(({ path }) => path)).size).toBe(60)
  })

  it('forgets a subscription that the service says is over', async () => {
    service.answer((response) => void response.writeHead(410).end())
    await open(1)
    await send(pushSet(1, service.endpoint('over')))
    await put(1)
    await service.count(1)
    await expect.poll(() => metric(relay.metricsUrl, 'safelight_push_subscriptions_ended_total')).toBe(1)
    await relay.restart()
    await send(pushSet(1, service.endpoint('next')))
    await put(1)
    expect(await service.count(2)).toMatchObject({ path: '/next' })
  })

  it('counts pushes and tells nobody whose', async () => {
    await open(1)
    await send(pushSet(1, service.endpoint('secret-endpoint')))
    await put(1)
    await service.count(1)
    await expect.poll(() => metric(relay.metricsUrl, 'safelight_pushes_sent_total')).toBe(1)
    const text = await (await fetch(relay.metricsUrl ?? '')).text()
    expect(text).toContain('safelight_pushes_waiting 0')
    for (const name of ['secret-endpoint', 'localhost', toHex(mailboxKeys(1).mailboxId)])
      expect(text).not.toContain(name)
  })
})

describe('what it refuses', () => {
  it('is an endpoint that is none of a push service that it uses', async () => {
    await open(1)
    for (const endpoint of [
      'https://push.example/x',
      'https://10.0.0.1/x',
      'https://169.254.169.254/latest/meta-data/',
      'https://fcm.googleapis.com:8443/x',
    ])
      expect(await send(pushSet(1, endpoint))).toEqual(error('bad-request'))
    expect(await send(pushSet(1, 'https://fcm.googleapis.com/fcm/send/x'))).toEqual(ok)
  })

  it('is this machine, unless it is told that this is a test', async () => {
    await relay.restart({ unsafePushLoopback: false })
    await open(1)
    expect(await send(pushSet(1, service.endpoint('x')))).toEqual(error('bad-request'))
    await relay.restart({ unsafePushLoopback: true })
    expect(await send(pushSet(1, service.endpoint('x')))).toEqual(ok)
    // Stored before the rule changed: not sent to all the same.
    await relay.restart({ unsafePushLoopback: false })
    await put(1)
    await expect.poll(() => metric(relay.metricsUrl, 'safelight_pushes_failed_total')).toBe(1)
    expect(service.taken).toEqual([])
  })

  it('is everything where it is off, but for taking away', async () => {
    await open(1)
    expect(await send(pushSet(1, service.endpoint('x')))).toEqual(ok)
    await relay.restart({ pushHosts: 'off' })
    expect(await pushKey()).toBeUndefined()
    expect(await send(pushSet(1, service.endpoint('y')))).toEqual(error('bad-request'))
    expect(await put(1)).toMatchObject({ kind: 'stored' })
    expect(await send(pushSet(1))).toEqual(ok)
    await relay.restart({ pushHosts: 'any' })
    await put(1)
    await open(2)
    await send(pushSet(2, service.endpoint('z')))
    await put(2)
    expect(await service.count(1)).toMatchObject({ path: '/z' })
  })

  it('is a mailbox that is not there, and a command that is none', async () => {
    expect(await send(pushSet(7, service.endpoint('x')))).toEqual(error('unknown-mailbox'))
    await open(7)
    await send({ kind: 'close', readKey: mailboxKeys(7).readKey })
    expect(await send(pushSet(7, service.endpoint('x')))).toEqual(error('gone'))
    const { writeKey } = mailboxKeys(8)
    await open(8)
    const replies: MailboxReply[] = [
      await send({ kind: 'push.set', readKey: writeKey, device, endpoint: service.endpoint('x') }),
    ]
    expect(replies).toEqual([error('unknown-mailbox')])
    const tooLong = `https://localhost:${service.port}/${'x'.repeat(protocol.pushEndpointBytes)}`
    // Not even a client encodes it; test/protocol/mailbox has what a relay makes of the bytes.
    await expect(send(pushSet(8, tooLong))).rejects.toThrow(EncodingError)
  })
})

describe('a wake-up', () => {
  it('is not lost with the process: the next one makes up for it', async () => {
    service.answer((response) => void response.writeHead(503, { 'retry-after': '3600' }).end())
    await open(1)
    await send(pushSet(1, service.endpoint('x')))
    await put(1)
    await service.count(1)
    service.answer((response) => void response.writeHead(201).end())
    await relay.restart({ limits: { pushPatienceMs: 1 } })
    await service.count(2)
    await expect.poll(() => metric(relay.metricsUrl, 'safelight_pushes_sent_total')).toBe(1)
    // And nothing is made up for twice.
    await relay.restart({ limits: { pushPatienceMs: 1 } })
    await open(2)
    await send(pushSet(2, service.endpoint('y')))
    await put(2)
    expect(await service.count(3)).toMatchObject({ path: '/y' })
  })

  it('goes to the same browsers, under the same key, after a backup and a restore', async () => {
    await open(1)
    await send(pushSet(1, service.endpoint('x')))
    const scratch = await mkdtemp(join(tmpdir(), 'safelight-push-'))
    try {
      await callRelay(relay.dataDirectory, 'backup', { target: join(scratch, 'copy') })
      const dataDirectory = join(scratch, 'data')
      await restoreBackup({ source: join(scratch, 'copy'), dataDirectory })
      const restored = await startRelay({ port: 0, host: '127.0.0.1', dataDirectory, logLevel: 'silent', ...here })
      try {
        expect(await pushKey(restored.url)).toBe(await pushKey())
        await put(1, restored.url)
        expect(await service.count(1)).toMatchObject({ path: '/x' })
      } finally {
        await restored.stop()
      }
      // A backup from before there were wake-ups has no key; the relay makes one.
      await rm(join(scratch, 'copy', 'push.key'))
      const older = join(scratch, 'older')
      await restoreBackup({ source: join(scratch, 'copy'), dataDirectory: older })
      const next = await startRelay({ port: 0, host: '127.0.0.1', dataDirectory: older, logLevel: 'silent', ...here })
      expect(pushKeyForm.test(String(await pushKey(next.url)))).toBe(true)
      await next.stop()
      expect(await readFile(join(older, 'push.key'))).not.toEqual(await readFile(join(relay.dataDirectory, 'push.key')))
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  })

  it('of a process that was killed comes after its next start, and its log names nobody', async () => {
    service.answer(() => undefined)
    const env = {
      SAFELIGHT_UNSAFE_PUSH_LOOPBACK: 'true',
      SAFELIGHT_LOG_LEVEL: 'debug',
      NODE_EXTRA_CA_CERTS: loopbackTls,
    }
    await using process = await startRelayProcess({ env })
    await writeFile(join(process.dataFolder, 'relay.toml'), '[limits]\npush-patience-time = "1ms"\n')
    const { readKey } = mailboxKeys(1)
    await postCommand(process.url, { kind: 'open', readKey, tier: 'contact' })
    expect(await postCommand(process.url, pushSet(1, service.endpoint('secret-name')))).toEqual(ok)
    await put(1, process.url)
    await service.count(1)
    await process.kill('SIGKILL')
    service.answer((response) => void response.writeHead(201).end())
    await process.restart()
    expect(await service.count(2)).toMatchObject({ path: '/secret-name' })
    await process.kill('SIGTERM')
    for (const name of ['secret-name', String(service.port), toHex(mailboxKeys(1).mailboxId)])
      expect(process.output()).not.toContain(name)
  })
})
