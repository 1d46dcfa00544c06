import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadPushKey } from '../../../relay/push/push-key.ts'
import { SetupError } from '../../../relay/setup-error.ts'
import { fromBase64Url } from '../../../src/protocol/bytes.ts'
import { pushKeyForm } from '../../../src/protocol/mailbox/push.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safelight-push-key-'))
})
afterEach(() => rm(folder, { recursive: true }))

const nowMs = Date.UTC(2026, 0, 1, 12)
const endpoint = 'https://fcm.googleapis.com/fcm/send/abc'
const bytesOf = (text = '') => Uint8Array.from(fromBase64Url(text) ?? [])
const jsonOf = (text = ''): unknown => JSON.parse(new TextDecoder().decode(bytesOf(text)))

describe("the relay's key at push services", () => {
  it('is made once, for the operator alone, and is a point of P-256 to the clients', async () => {
    const { publicKey } = await loadPushKey(folder, undefined)
    expect((await stat(join(folder, 'push.key'))).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['push.key'])
    expect((await loadPushKey(folder, undefined)).publicKey).toBe(publicKey)
    expect(pushKeyForm.test(publicKey)).toBe(true)
    expect(fromBase64Url(publicKey)).toHaveLength(65)
  })

  it('signs for the service of the endpoint alone, and for a day at most', async () => {
    const key = await loadPushKey(folder, 'https://relay.example')
    const [, token, publicKey] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(key.authorize(endpoint, nowMs)) ?? []
    expect(publicKey).toBe(key.publicKey)
    const [header, claims, signature] = (token ?? '').split('.')
    expect(jsonOf(header)).toEqual({ typ: 'JWT', alg: 'ES256' })
    expect(jsonOf(claims)).toEqual({
      aud: 'https://fcm.googleapis.com',
      exp: nowMs / 1000 + 12 * 60 * 60,
      sub: 'https://relay.example',
    })
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const verifier = await crypto.subtle.importKey('raw', bytesOf(publicKey), algorithm, false, ['verify'])
    const signed = new TextEncoder().encode(`${header}.${claims}`)
    expect(await crypto.subtle.verify(algorithm, verifier, bytesOf(signature), signed)).toBe(true)
  })

  it('says nothing of an operator who has no public address', async () => {
    const key = await loadPushKey(folder, undefined)
    const claims = key.authorize(endpoint, nowMs).split('.')[1]
    expect(jsonOf(claims)).not.toHaveProperty('sub')
  })

  it('that is damaged stops the start: a new one would cut everybody off without a word', async () => {
    await writeFile(join(folder, 'push.key'), 'no key')
    await expect(loadPushKey(folder, undefined)).rejects.toThrow(SetupError)
    await expect(loadPushKey(folder, undefined)).rejects.toThrow(/push\.key in the data folder is damaged/)
  })
})

it('is no point that is too short, compressed, or of another alphabet', () => {
  const good = `BA${'A'.repeat(85)}`
  expect(pushKeyForm.test(good)).toBe(true)
  for (const text of ['', 'BA', good.slice(1), `${good}A`, `AA${good.slice(2)}`, `${good.slice(0, -1)}+`])
    expect(pushKeyForm.test(text)).toBe(false)
})
