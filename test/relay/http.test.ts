// The public port besides mailboxes and blobs: the app with its headers, what other pages may use, health and metrics.

import { get } from 'node:http'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits as clientLimits } from '../../src/transport/limits.ts'
import { decodeRelayInfo } from '../../src/transport/relay/info.ts'
import { blobUrl, metric, postCommand } from './support/http-client.ts'
import type { TestRelay } from './support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'

let relay: TestRelay
let appDirectory: string
const largeStyle = 'body { color: black }\n'.repeat(200)

beforeAll(async () => {
  appDirectory = await mkdtemp(join(tmpdir(), 'safelight-app-'))
  await mkdir(join(appDirectory, 'assets'))
  await writeFile(join(appDirectory, 'index.html'), '<!doctype html><title>Safelight</title>')
  await writeFile(join(appDirectory, 'sw.js'), '// worker')
  await writeFile(join(appDirectory, 'manifest.webmanifest'), '{}')
  await writeFile(join(appDirectory, 'assets/main-abc123.js'), 'export {}')
  await writeFile(join(appDirectory, 'large.css'), largeStyle)
  await writeFile(join(appDirectory, 'packed.js'), '// packed')
  await writeFile(join(appDirectory, 'packed.js.br'), brotliCompressSync('// packed'))
  relay = await createTestRelay({ appDirectory })
})

afterAll(async () => {
  await relay[Symbol.asyncDispose]()
  await rm(appDirectory, { recursive: true, force: true })
})

describe('the app', () => {
  it('is one page for all its paths, never cached without asking', async () => {
    for (const path of ['/', '/index.html', '/settings/devices', '/c/abc?x=1']) {
      const response = await fetch(`${relay.url}${path}`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toContain('text/html')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(await response.text()).toContain('Safelight')
    }
  })

  it('says 404 for a file that is not there', async () => {
    expect((await fetch(`${relay.url}/assets/gone-123.js`)).status).toBe(404)
    expect((await fetch(`${relay.url}/missing.png`)).status).toBe(404)
  })

  it('keeps files with a hash in their name for a year, and the worker for no time', async () => {
    const asset = await fetch(`${relay.url}/assets/main-abc123.js`)
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(asset.headers.get('content-type')).toContain('javascript')
    const worker = await fetch(`${relay.url}/sw.js`)
    expect(worker.headers.get('cache-control')).toBe('no-cache')
    expect(worker.headers.get('service-worker-allowed')).toBe('/')
  })

  it('has a manifest, which its page may read', async () => {
    const manifest = await fetch(`${relay.url}/manifest.webmanifest`)
    expect(manifest.headers.get('content-type')).toBe('application/manifest+json')
    expect(manifest.headers.get('cache-control')).toBe('no-cache')
    expect((await fetch(relay.url)).headers.get('content-security-policy')).toContain("manifest-src 'self'")
  })

  it('answers at once whatever the path is made of, and whatever range is asked for', async () => {
    expect((await fetch(`${relay.url}/${'a.'.repeat(4000)}a!`)).status).toBe(404)
    const odd = await fetch(`${relay.url}/assets/main-abc123.js`, { headers: { Range: 'bytes=3-2' } })
    expect([odd.status, await odd.text()]).toEqual([200, 'export {}'])
  })

  it('is not sent again to who has it, and is sent compressed to who can read that', async () => {
    const first = await fetch(`${relay.url}/large.css`)
    expect(first.headers.get('content-encoding')).toBe('gzip')
    expect(first.headers.get('content-type')).toBe('text/css')
    expect(await first.text()).toBe(largeStyle)
    const etag = first.headers.get('etag') ?? ''
    const again = await fetch(`${relay.url}/large.css`, { headers: { 'If-None-Match': `"other", ${etag}` } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const plain = await fetch(`${relay.url}/large.css`, { headers: { 'Accept-Encoding': 'identity' } })
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, largeStyle])
    const head = await fetch(`${relay.url}/large.css`, { method: 'HEAD', headers: { 'Accept-Encoding': 'identity' } })
    expect([head.headers.get('content-length'), await head.text()]).toEqual([String(largeStyle.length), ''])
  })

  it('is sent as the build compressed it, which is no file of its own', async () => {
    const response = await fetch(`${relay.url}/packed.js`, { headers: { 'Accept-Encoding': 'gzip, br' } })
    expect([response.headers.get('content-encoding'), await response.text()]).toEqual(['br', '// packed'])
    expect((await fetch(`${relay.url}/packed.js.br`)).status).toBe(404)
  })

  it('stays whole while another build replaces it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'safelight-app-'))
    await mkdir(join(directory, 'assets'))
    await writeFile(join(directory, 'index.html'), 'first')
    await writeFile(join(directory, 'assets/first.js'), '// first')
    await using built = await createTestRelay({ appDirectory: directory })
    await rm(join(directory, 'assets/first.js'))
    await writeFile(join(directory, 'index.html'), 'the second')
    expect(await (await fetch(built.url)).text()).toBe('first')
    expect(await (await fetch(`${built.url}/assets/first.js`)).text()).toBe('// first')
    await rm(directory, { recursive: true })
    expect(await (await fetch(built.url)).text()).toBe('first')
  })

  it('may load nothing but itself, and tells nobody where a link came from', async () => {
    const { headers } = await fetch(relay.url)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';")
    expect(policy).not.toContain('unsafe-inline')
    expect(policy).toContain("connect-src 'self' http: https: ws: wss:")
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  it('gives away no file outside its folder', async () => {
    for (const path of ['/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%5c..%5cx.js']) {
      const response = await fetch(`${relay.url}${path}`)
      expect(await response.text()).not.toContain('root:')
    }
  })

  it('takes no other methods, and is 404 where none was built', async () => {
    expect((await fetch(relay.url, { method: 'POST', body: 'x' })).status).toBe(405)
    await using bare = await createTestRelay()
    expect(bare.servesApp).toBe(false)
    expect((await fetch(bare.url)).status).toBe(404)
  })
})

describe('/.well-known/safelight', () => {
  it('says what a client has to know, to pages of any origin', async () => {
    const response = await fetch(`${relay.url}/.well-known/safelight`)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      service: 'safelight',
      versions: [1],
      peerId: relay.peerId,
      webSocketPath: '/p2p',
      membership: 'open',
      limits: expect.objectContaining({
        envelopeBytes: 65_536,
        mailboxEnvelopes: 1000,
        mailboxBytes: 64 * 1024 * 1024,
        segmentBytes: 256 * 1024,
        blobBytes: 2 * 1024 * 1024 * 1024,
        envelopeDays: 30,
        blobDays: 7,
        commandsPerRequest: 256,
      }) as object,
      rates: expect.objectContaining({ invitePuts: { burst: 60, perSecond: 0.2 } }) as object,
      // A key on P-256 of its own.
      pushKey: expect.stringMatching(/^B[\w-]{86}$/),
      iceServers: [],
    })
  })

  it('publishes the limits in force', async () => {
    const changed = { mailboxEnvelopes: 12, inviteEnvelopes: 3, mailboxBlobBytes: 1000, workBits: 5 }
    const rate = { burst: 7, perSecond: 0.5 }
    await using small = await createTestRelay({ limits: { ...changed, inviteIdleMs: 86_400_000, invitePuts: rate } })
    expect(await (await fetch(`${small.url}/.well-known/safelight`)).json()).toMatchObject({
      limits: { ...changed, inviteIdleDays: 1 },
      rates: { invitePuts: rate },
    })
  })

  it('is a description of a relay to clients where things are kept for part of a day', async () => {
    const hourMs = 60 * 60 * 1000
    await using brief = await createTestRelay({ limits: { envelopeMs: 36 * hourMs, blobMs: hourMs } })
    const text = await (await fetch(`${brief.url}/.well-known/safelight`)).text()
    expect(decodeRelayInfo(text)).toMatchObject({ limits: { envelopeDays: 1, blobDays: 0 } })
  })

  it('names nothing that the protocol does not, and is read by clients that know less', async () => {
    const text = await (await fetch(`${relay.url}/.well-known/safelight`)).text()
    const { limits, rates } = JSON.parse(text) as Record<'limits' | 'rates', Readonly<Record<string, unknown>>>
    const specification = await readFile('docs/protocol.md', 'utf8')
    const names = [...Object.keys(limits), ...Object.keys(rates)]
    expect(names.filter((name) => !specification.includes(`\`${name}\``))).toEqual([])
    const info = decodeRelayInfo(text)
    expect(info).toMatchObject({ peerId: relay.peerId, limits: { mailboxEnvelopes: 1000 } })
    expect(info).not.toHaveProperty('rates')
    expect(text.length).toBeLessThan(clientLimits.relayInfoBytes)
  })
})

describe('pages of other relays', () => {
  it.each([
    ['the mailbox', () => `${relay.url}/v1/mailbox`, 'POST'],
    ['blobs', () => blobUrl(relay.url, bytesOf(32, 1), 0), 'PUT'],
  ])('may use %s', async (_name, url, method) => {
    const response = await fetch(url(), {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://other.example',
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'authorization,content-type,x-safelight-segments',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')).toContain(method)
    expect(response.headers.get('access-control-allow-headers')).toMatch(/authorization.*x-safelight-segments/i)
  })

  it('can read errors and quotas too', async () => {
    const response = await fetch(blobUrl(relay.url, bytesOf(32, 1), 0))
    expect(response.status).toBe(404)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-expose-headers')).toContain('Retry-After')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
})

describe('operation', () => {
  it('tells whether the process lives and whether it can store', async () => {
    expect(await (await fetch(`${relay.url}/healthz`)).text()).toBe('ok\n')
    expect(await (await fetch(`${relay.url}/readyz`)).text()).toBe('ready\n')
  })

  it('shows metrics on their own port only, with no ids in them', async () => {
    const { readKey, writeKey } = mailboxKeys(1)
    await postCommand(relay.url, { kind: 'open', readKey, tier: 'contact' })
    await postCommand(relay.url, { kind: 'put', writeKey, envelopes: [bytesOf(10, 1)] })
    expect((await fetch(`${relay.url}/metrics`)).headers.get('content-type')).toContain('text/html')
    const text = await (await fetch(relay.metricsUrl ?? '')).text()
    expect(text).toContain('# TYPE safelight_envelopes_stored_total counter')
    expect(text).toContain('safelight_commands_total{command="put"} 1')
    expect(text).not.toMatch(/[0-9a-f]{16}|127\.0\.0\.1|12D3Koo/)
    expect(await metric(relay.metricsUrl, 'safelight_envelopes_stored_total')).toBe(1)
    expect(await metric(relay.metricsUrl, 'safelight_segments_stored_total')).toBe(0)
  })

  it('can do without metrics', async () => {
    await using quiet = await createTestRelay({ metricsPort: undefined })
    expect(quiet.metricsUrl).toBeUndefined()
  })
})

describe('the metrics', () => {
  it('are for this machine: a page whose name was made to point here reads nothing', async () => {
    await using own = await createTestRelay()
    const { port } = new URL(own.metricsUrl ?? '')
    const statusFor = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = get({ port, host: '127.0.0.1', path: '/metrics', headers: { host } }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        })
        asked.on('error', reject)
      })
    expect(await statusFor(`127.0.0.1:${port}`)).toBe(200)
    expect(await statusFor('localhost')).toBe(200)
    for (const host of ['evil.example', '127.0.0.1.evil.example', '[']) expect(await statusFor(host)).toBe(403)
  })
})
