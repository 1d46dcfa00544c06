// A relay for members, over both carriers: codes, tokens, and what is tried without them.

import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callRunningRelay } from '../../relay/admin/client.ts'
import type { Membership } from '../../relay/config/config.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { decodeResponse, encodeRequest } from '../../src/protocol/mailbox/codec.ts'
import type { MailboxCommand, MailboxReply } from '../../src/protocol/mailbox/command.ts'
import { createMembership, decodeJoinLink } from '../../src/protocol/mailbox/membership.ts'
import { postCommand, postCommands, putSegment } from './support/http-client.ts'
import type { TestRelay } from './support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

const dayMs = 24 * 60 * 60 * 1000

let nowMs = Date.UTC(2026, 0, 1, 12)
let relay: TestRelay
let nextSeed = 10

beforeEach(async () => {
  nowMs = Date.UTC(2026, 0, 1, 12)
  nextSeed = 10
  relay = await createTestRelay({ membership: 'invite', now: () => nowMs })
})
afterEach(() => relay[Symbol.asyncDispose]())

const membershipOf = (seed: number): string => createMembership((length) => new Uint8Array(length).fill(seed))
const admin = (command: string, input = {}) => callRunningRelay(relay.dataDirectory, command, input)
const refused = (code: string) => ({ kind: 'error', code })
const ok = { kind: 'ok' }

async function invite(input = {}): Promise<Uint8Array> {
  const { link } = await admin('invite', input)
  const decoded = decodeJoinLink(String(link))
  if (decoded?.relay !== relay.url) throw new Error('the link is for another relay')
  return decoded.code
}
const join = (code: Uint8Array, membership: string) => postCommand(relay.url, { kind: 'join', code, membership })
const opening = (membership?: string, seed = nextSeed++): MailboxCommand => ({
  kind: 'open',
  readKey: mailboxKeys(seed).readKey,
  tier: 'contact',
  ...(membership === undefined ? {} : { membership }),
})

describe('a relay for members', () => {
  it('says so', async () => {
    const info: unknown = await (await fetch(`${relay.url}/.well-known/safelight`)).json()
    expect(info).toMatchObject({ membership: 'invite' })
  })

  it('opens mailboxes for who joined, over the stream as over HTTP', async () => {
    const code = await invite({ uses: 2 })
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const overStream = async (command: MailboxCommand): Promise<MailboxReply | undefined> =>
      (await stream.send(command))[0]
    expect(await overStream(opening(membershipOf(1)))).toEqual(refused('not-a-member'))
    expect(await overStream({ kind: 'join', code, membership: membershipOf(1) })).toEqual(ok)
    expect(await overStream(opening(membershipOf(1)))).toEqual(ok)
    expect(await join(code, membershipOf(2))).toEqual(ok)
    expect(await postCommand(relay.url, opening(membershipOf(2)))).toEqual(ok)
  })

  it('opens nothing without one, and takes what is for mailboxes of members from everybody', async () => {
    const code = await invite()
    await join(code, membershipOf(1))
    const { writeKey, readKey } = mailboxKeys(nextSeed)
    const [none, other, own, put, bundle] = await postCommands(
      relay.url,
      opening(),
      opening(membershipOf(9)),
      opening(membershipOf(1), 1),
      { kind: 'put', writeKey: mailboxKeys(1).writeKey, envelopes: [bytesOf(4096, 1)] },
      { kind: 'bundle.put', readKey: mailboxKeys(1).readKey, main: bytesOf(10, 1), oneTime: [] },
    )
    expect([none, other, own]).toEqual([refused('not-a-member'), refused('not-a-member'), ok])
    expect([put?.kind, bundle?.kind]).toEqual(['stored', 'ok'])
    const contact: MailboxCommand[] = [
      { kind: 'locate', writeKey: mailboxKeys(1).writeKey },
      { kind: 'bundle.take', writeKey: mailboxKeys(1).writeKey, takeId: bytesOf(16, 1) },
      { kind: 'locate', writeKey },
      { kind: 'fetch', readKey, after: 0, limit: 1 },
    ]
    const replies = await postCommands(relay.url, ...contact)
    expect(replies.map((reply) => (reply.kind === 'error' ? reply.code : reply.kind))).toEqual([
      'presence',
      'bundle',
      'unknown-mailbox',
      'unknown-mailbox',
    ])
  })

  it('gives each use once, to whoever comes first of those who come at once', async () => {
    const code = await invite({ uses: 1 })
    const replies = await Promise.all([1, 2, 3].map((seed) => join(code, membershipOf(seed))))
    expect(replies.map((reply) => (reply.kind === 'error' ? reply.code : 'ok')).toSorted()).toEqual([
      'code-used',
      'code-used',
      'ok',
    ])
  })

  it('answers a repeated join alike, and counts it once', async () => {
    const code = await invite({ uses: 2 })
    const [first, again] = await postCommands(
      relay.url,
      { kind: 'join', code, membership: membershipOf(1) },
      { kind: 'join', code, membership: membershipOf(1) },
    )
    expect([first, again]).toEqual([ok, ok])
    expect(await admin('invites')).toMatchObject({ rows: [{ number: 1, uses: 2, used: 1 }] })
  })

  it('takes no code of another relay, no guess, none that expired and none that was withdrawn', async () => {
    await using other = await createTestRelay({ membership: 'invite' })
    const { link } = await callRunningRelay(other.dataDirectory, 'invite')
    const foreign = decodeJoinLink(String(link))?.code ?? bytesOf(16, 0)
    expect(await join(foreign, membershipOf(1))).toEqual(refused('unknown-code'))
    expect(await join(bytesOf(16, 1), membershipOf(1))).toEqual(refused('unknown-code'))
    const code = await invite({ days: 2 })
    nowMs += 2 * dayMs
    expect(await join(code, membershipOf(1))).toEqual(refused('code-expired'))
    nowMs -= dayMs
    await admin('withdraw', { number: 1 })
    expect(await join(code, membershipOf(1))).toEqual(refused('code-expired'))
  })

  it('knows no member of another relay by their membership', async () => {
    await using other = await createTestRelay({ membership: 'invite', now: () => nowMs })
    const code = await invite()
    await join(code, membershipOf(1))
    expect(await postCommand(other.url, opening(membershipOf(1)))).toEqual(refused('not-a-member'))
  })

  it('slows down who tries codes, on a connection and from an address', async () => {
    const guesses = Array.from({ length: 40 }, (_, index): MailboxCommand => {
      return { kind: 'join', code: bytesOf(16, index), membership: membershipOf(1) }
    })
    await relay.restart({ trustProxy: true, limits: { joinsPerAddress: { burst: 30, perSecond: 0.1 } } })
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const overHttp = async (): Promise<readonly MailboxReply[]> => {
      const response = await fetch(`${relay.url}/v1/mailbox`, {
        method: 'POST',
        headers: { 'X-Forwarded-For': '192.0.2.1' },
        body: Uint8Array.from(encodeRequest({ id: 1, commands: guesses })),
      })
      return decodeResponse(new Uint8Array(await response.arrayBuffer()))?.replies ?? []
    }
    for (const replies of [await stream.send(...guesses), await overHttp()]) {
      const codes = replies.map((reply) => (reply.kind === 'error' ? reply.code : reply.kind))
      expect(codes.filter((code) => code === 'unknown-code')).toHaveLength(30)
      expect(codes.at(-1)).toBe('too-many-requests')
    }
  })

  it('bans a member: what is there stays, nothing new comes', async () => {
    const code = await invite({ uses: 2 })
    await join(code, membershipOf(1))
    await postCommand(relay.url, opening(membershipOf(1), 100))
    await admin('ban', { number: 1 })
    expect(await postCommand(relay.url, opening(membershipOf(1)))).toEqual(refused('banned'))
    expect(await postCommand(relay.url, opening(membershipOf(1), 100))).toEqual(ok)
    expect(await join(code, membershipOf(1))).toEqual(refused('banned'))
    expect(await admin('members')).toMatchObject({ rows: [{ number: 1, invite: 1, banned: 'banned' }] })
    await expect(admin('ban', { number: 7 })).rejects.toThrow('no such member')
  })

  it.each<Membership>(['open', 'closed'])('can be set to %s, and members go on', async (membership) => {
    const code = await invite({ uses: 2 })
    await join(code, membershipOf(1))
    await relay.restart({ membership })
    expect(await postCommand(relay.url, opening(membershipOf(1)))).toEqual(ok)
    expect(await join(code, membershipOf(1))).toEqual(ok)
    expect(await postCommand(relay.url, opening())).toEqual(membership === 'open' ? ok : refused('not-a-member'))
    expect(await join(code, membershipOf(2))).toEqual(membership === 'open' ? ok : refused('joining-closed'))
  })

  it('makes no invites that nobody could use', async () => {
    await relay.restart({ membership: 'closed' })
    await expect(admin('invite')).rejects.toThrow('takes no new members')
  })

  it('was open once: mailboxes of then go on', async () => {
    await relay.restart({ membership: 'open' })
    await postCommand(relay.url, opening(undefined, 100))
    await relay.restart({ membership: 'invite' })
    expect(await postCommand(relay.url, opening(undefined, 100))).toEqual(ok)
    expect(await postCommand(relay.url, opening())).toEqual(refused('not-a-member'))
  })

  it('pushes nothing out for who is no member', async () => {
    const code = await invite()
    await join(code, membershipOf(1))
    await postCommand(relay.url, opening(membershipOf(1), 100))
    await relay.restart({ maxDiskBytes: 400_000 })
    const blob = {
      blobId: bytesOf(32, 1),
      segment: 0,
      segments: 1,
      writeKey: mailboxKeys(100).writeKey,
      bytes: bytesOf(256 * 1024, 1),
    }
    expect((await putSegment(relay.url, blob)).status).toBe(204)
    const envelopes = [1, 2, 3].map((fill) => bytesOf(65_536, fill))
    const putting = { kind: 'put', writeKey: mailboxKeys(50).writeKey, envelopes } as const
    await postCommands(relay.url, opening(membershipOf(9), 50), putting)
    expect((await admin('status'))['blobs']).toBe(1)
    const [opened, stored] = await postCommands(relay.url, opening(membershipOf(1), 50), putting)
    expect([opened?.kind, stored?.kind]).toEqual(['ok', 'stored'])
    expect((await admin('status'))['blobs']).toBe(0)
  })

  it('refuses invites that are out of bounds', async () => {
    for (const input of [{ uses: 0 }, { uses: 1.5 }, { uses: 100_001 }, { days: 0 }, { days: 367 }, { uses: '2' }])
      await expect(admin('invite', input)).rejects.toThrow('whole one')
  })

  it('writes neither codes nor memberships into its files', async () => {
    const code = await invite()
    await join(code, membershipOf(1))
    await relay.stop()
    const file = await readFile(`${relay.dataDirectory}/relay.sqlite`)
    expect(file.length).toBeGreaterThan(0)
    for (const secret of [Buffer.from(code), Buffer.from(membershipOf(1)), Buffer.alloc(32, 1)])
      expect(file.includes(secret)).toBe(false)
  })
})

describe('an operator', () => {
  it('sees what takes the room, and removes what was reported', async () => {
    const code = await invite()
    await join(code, membershipOf(1))
    const { mailboxId, writeKey, readKey } = mailboxKeys(100)
    await postCommand(relay.url, opening(membershipOf(1), 100))
    await postCommand(relay.url, { kind: 'put', writeKey, envelopes: [bytesOf(4096, 1)] })
    const blob = { blobId: bytesOf(32, 7), segment: 0, segments: 1, writeKey, bytes: bytesOf(1000, 1) }
    expect((await putSegment(relay.url, blob)).status).toBe(204)
    const quota = await admin('quota')
    expect(quota).toMatchObject({
      largest: [{ id: toHex(mailboxId), tier: 'contact', envelopes: 1, envelopeBytes: 4096 }],
    })
    expect(await admin('purge', { id: toHex(blob.blobId) })).toEqual({ removed: 'blob' })
    await expect(admin('purge', { id: toHex(blob.blobId) })).rejects.toThrow('Neither a mailbox nor a blob')
    expect(await admin('purge', { id: toHex(mailboxId).toUpperCase() })).toEqual({ removed: 'mailbox' })
    expect(await postCommand(relay.url, { kind: 'fetch', readKey, after: 0, limit: 1 })).toEqual(refused('gone'))
    expect(await admin('quota')).toMatchObject({ largest: [], blobBytes: 0 })
    await expect(admin('purge', { id: 'abc' })).rejects.toThrow('64 hexadecimal digits')
  })
})
