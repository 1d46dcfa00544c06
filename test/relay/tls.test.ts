// TLS without a proxy: the public port with a certificate of its own, which is renewed while it runs.

import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { existsSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configCommand } from '../../relay/cli/config.ts'
import { startCommand } from '../../relay/cli/start.ts'
import { readConfig } from '../../relay/config/read.ts'
import type { Certificate } from '../../relay/http/certificate.ts'
import { watchCertificate } from '../../relay/http/certificate.ts'
import { createLog } from '../../relay/log.ts'
import { loopbackTls } from '../support/push-service.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

const renewedTls = loopbackTls.replace('.pem', '-renewed.pem')

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safelight-tls-'))
  path = join(folder, 'relay.pem')
  await copyFile(loopbackTls, path)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const files = () => ({ certPath: path, keyPath: path })

async function get(port: number, pathname: string): Promise<string> {
  const asked = request({
    host: '127.0.0.1',
    port,
    path: pathname,
    ca: await readFile(loopbackTls),
    servername: 'localhost',
  })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer>]
  let text = ''
  for await (const part of answer) text += part.toString()
  return text
}

/** Of the certificate that new connections are shown. */
async function shown(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

const fingerprintOf = async (file: string) => new X509Certificate(await readFile(file)).fingerprint256

describe('a relay with a certificate', () => {
  it('serves everything over TLS, and says nothing to who speaks HTTP', async () => {
    await using relay = await createTestRelay({ tls: files() })
    expect(relay.url).toBe(`https://127.0.0.1:${relay.port}`)
    expect(await get(relay.port, '/readyz')).toBe('ready\n')
    expect(JSON.parse(await get(relay.port, '/.well-known/safelight'))).toMatchObject({ peerId: relay.peerId })
    const plain = createConnection({ host: '127.0.0.1', port: relay.port })
    let received = ''
    plain.on('data', (bytes) => (received += bytes.toString('latin1')))
    plain.on('error', () => undefined)
    plain.write('GET /readyz HTTP/1.1\r\nHost: relay\r\n\r\n')
    await once(plain, 'close')
    expect(received).not.toContain('HTTP')
  })

  it('carries the mailbox stream, with large answers to who takes them', async () => {
    await using relay = await createTestRelay({ tls: files() })
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, await readFile(loopbackTls, 'utf8')])
    const connected = connectPeer(relay).finally(() => setDefaultCACertificates(trusted))
    await using peer = await connected
    const stream = await peer.open()
    const { readKey, writeKey } = mailboxKeys(1)
    await stream.send({ kind: 'open', readKey, tier: 'contact' })
    for (let index = 0; index < 8; index++)
      await stream.send({ kind: 'put', writeKey, envelopes: [bytesOf(60_000, index)] })
    for (let round = 0; round < 5; round++) {
      const [reply] = await stream.send({ kind: 'fetch', readKey, after: 0, limit: 100 })
      expect(reply?.kind === 'envelopes' && reply.items.length).toBe(7)
    }
  })

  it('shows a renewed one to new connections, and keeps the old one while the files are no good', async () => {
    await using relay = await createTestRelay({ tls: files() })
    const [old, renewed] = [await fingerprintOf(loopbackTls), await fingerprintOf(renewedTls)]
    expect(await shown(relay.port)).toBe(old)
    await writeFile(path, 'half of a')
    relay.reload?.()
    expect(await shown(relay.port)).toBe(old)
    await copyFile(renewedTls, path)
    relay.reload?.()
    expect(await shown(relay.port)).toBe(renewed)
  })
})

describe('the files of a certificate', () => {
  it('are read anew when they change', async () => {
    const taken = Promise.withResolvers<Certificate>()
    const watch = watchCertificate({ files: files(), take: taken.resolve, log: createLog('silent'), everyMs: 20 })
    await copyFile(renewedTls, path)
    expect((await taken.promise).cert).toEqual(await readFile(renewedTls))
    watch.stop()
  })

  it.each([
    ['without a key', () => ['--tls-cert', path], 'tls-cert needs tls-key, its key.'],
    ['without a certificate', () => ['--tls-key', path], 'tls-key needs tls-cert, its certificate.'],
    [
      'that are not there',
      () => ['--tls-cert', '/nowhere', '--tls-key', path],
      'tls-cert: /nowhere cannot be read (ENOENT).',
    ],
    ['that hold none', () => ['--tls-cert', 'package.json', '--tls-key', path], 'holds no certificate in PEM.'],
    [
      'without the key in it',
      () => ['--tls-cert', path, '--tls-key', 'package.json'],
      'holds no key in PEM, or one with a password.',
    ],
    [
      'that do not belong together',
      () => ['--tls-cert', path, '--tls-key', renewedTls],
      'does not belong to the certificate in',
    ],
  ])('%s are told apart by `config check`', (_name, args, sentence) => {
    expect(() => configCommand(['check', ...args()])).toThrow(sentence)
  })

  it('that are no good end a start before there is a data folder', async () => {
    const data = join(folder, 'data')
    const args = ['--data', data, '--tls-cert', path, '--tls-key', renewedTls]
    await expect(startCommand(args)).rejects.toThrow('does not belong to the certificate in')
    expect(existsSync(data)).toBe(false)
  })

  it('that are half renewed, or for others to read, keep no other command from its work', () => {
    const args = ['--tls-cert', path, '--tls-key', '/nowhere']
    expect(readConfig(args, {}).config.tls).toEqual({ certPath: path, keyPath: '/nowhere' })
  })

  it('that are good are taken', () => {
    expect(readConfig(['--tls-cert', path, '--tls-key', path], {}).config.tls).toEqual(files())
  })
})
