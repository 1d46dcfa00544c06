// What is kept, for how long, and what happens when there is no room.

import { describe, expect, it } from 'vitest'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { deriveWriteKey, envelopeId } from '../../src/protocol/mailbox/capability.ts'
import type { MailboxCommand, MailboxReply } from '../../src/protocol/mailbox/command.ts'
import { blobUrl, errorCode, metric, postCommand, postCommands, putSegment } from './support/http-client.ts'
import type { MailboxKeys, TestRelay } from './support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
const startMs = Date.UTC(2026, 0, 1, 12, 30)

async function openMailbox(
  relay: TestRelay,
  seed: number,
  tier: 'contact' | 'invite' = 'contact',
): Promise<MailboxKeys> {
  const keys = mailboxKeys(seed)
  expect(await postCommand(relay.url, { kind: 'open', readKey: keys.readKey, tier })).toEqual({ kind: 'ok' })
  return keys
}

const put = (relay: TestRelay, { writeKey }: MailboxKeys, ...envelopes: Uint8Array[]) =>
  postCommand(relay.url, { kind: 'put', writeKey, envelopes })

const fetchAll = (relay: TestRelay, { readKey }: MailboxKeys) =>
  postCommand(relay.url, { kind: 'fetch', readKey, after: 0, limit: 1000 })

const usage = async (relay: TestRelay, kind: string) =>
  metric(relay.metricsUrl, `safelight_stored_bytes{kind="${kind}"}`)

describe('a restart', () => {
  it('loses nothing: envelopes, sequences, bundles, blobs, tombstones and the peer id', async () => {
    await using relay = await createTestRelay()
    const keys = await openMailbox(relay, 1)
    const closed = await openMailbox(relay, 2)
    await postCommand(relay.url, { kind: 'close', readKey: closed.readKey })
    await put(relay, keys, bytesOf(100, 1), bytesOf(100, 2))
    await postCommand(relay.url, {
      kind: 'bundle.put',
      readKey: keys.readKey,
      main: bytesOf(9, 1),
      oneTime: [bytesOf(9, 2)],
    })
    const blobId = bytesOf(32, 1)
    await putSegment(relay.url, { blobId, segment: 0, segments: 1, writeKey: keys.writeKey, bytes: bytesOf(500, 5) })
    const before = await fetchAll(relay, keys)
    const kept = {
      peerId: relay.peerId,
      mailboxes: await usage(relay, 'mailboxes'),
      blobs: await usage(relay, 'blobs'),
    }
    await relay.restart()
    expect(await fetchAll(relay, keys)).toEqual(before)
    expect(await put(relay, closed, bytesOf(1, 1))).toMatchObject({ code: 'gone' })
    expect(
      await postCommand(relay.url, { kind: 'bundle.take', writeKey: keys.writeKey, takeId: bytesOf(16, 1) }),
    ).toEqual({
      kind: 'bundle',
      main: bytesOf(9, 1),
      oneTime: bytesOf(9, 2),
    })
    expect((await fetch(blobUrl(relay.url, blobId, 0))).status).toBe(200)
    expect(relay.peerId).toBe(kept.peerId)
    expect(await usage(relay, 'blobs')).toBe(kept.blobs)
    await put(relay, keys, bytesOf(100, 3))
    const after = await fetchAll(relay, keys)
    if (before.kind !== 'envelopes' || after.kind !== 'envelopes') throw new Error('no envelopes')
    expect(after.items[2]?.sequence).toBeGreaterThan(before.items[1]?.sequence ?? Infinity)
  })

  it('removes folders of blobs that the index does not know', async () => {
    await using relay = await createTestRelay()
    await mkdir(`${relay.dataDirectory}/blobs/07/7`, { recursive: true })
    await writeFile(`${relay.dataDirectory}/blobs/07/7/0`, 'left by a crash')
    await relay.restart()
    await relay.sweep()
    expect(await readdir(`${relay.dataDirectory}/blobs/07`)).toEqual([])
  })
})

describe('the data folder', () => {
  it('holds no key that a client sent: who steals it can neither read nor write a mailbox', async () => {
    await using relay = await createTestRelay()
    const readKey = Uint8Array.from({ length: 32 }, (_, index) => 101 + index)
    const writeKey = deriveWriteKey(readKey)
    const blobId = bytesOf(32, 1)
    await postCommands(
      relay.url,
      { kind: 'open', readKey, tier: 'contact' },
      { kind: 'put', writeKey, envelopes: [bytesOf(4096, 1)] },
      { kind: 'bundle.put', readKey, main: bytesOf(9, 1), oneTime: [bytesOf(9, 2)] },
      { kind: 'bundle.take', writeKey, takeId: bytesOf(16, 1) },
    )
    await putSegment(relay.url, { blobId, segment: 0, segments: 1, writeKey, bytes: bytesOf(10, 1) })
    await relay.stop()
    const entries = await readdir(relay.dataDirectory, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    expect(files.map((file) => file.name)).toEqual(expect.arrayContaining(['relay.sqlite', 'peer.key']))
    for (const file of files) {
      const content = await readFile(join(file.parentPath, file.name))
      expect(content.includes(Buffer.from(readKey))).toBe(false)
      expect(content.includes(Buffer.from(writeKey))).toBe(false)
      expect((await stat(join(file.parentPath, file.name))).mode & 0o077).toBe(0)
    }
  })
})

describe('stopping', () => {
  it('does not wait for clients that keep requests open, and may be asked for twice', async () => {
    await using relay = await createTestRelay({ limits: { stopMs: 500 } })
    const closed = new Promise((resolve) => {
      const socket = createConnection({ host: '127.0.0.1', port: relay.port })
      socket.on('error', () => undefined)
      socket.once('close', resolve)
      socket.write('POST /v1/mailbox HTTP/1.1\r\nHost: relay\r\nContent-Length: 9\r\n\r\n1')
    })
    await using peer = await connectPeer(relay)
    await peer.open()
    await Promise.all([relay.stop(), relay.stop()])
    await closed
    await expect(fetch(relay.url)).rejects.toThrow('fetch failed')
  })
})

describe('time', () => {
  it('ends an envelope at the hour that was promised, not before', async () => {
    let nowMs = startMs
    await using relay = await createTestRelay({ now: () => nowMs })
    const keys = await openMailbox(relay, 1)
    const stored = await put(relay, keys, bytesOf(100, 1))
    const until = Math.ceil((startMs + 30 * dayMs) / hourMs) * hourMs
    expect(stored).toEqual({ kind: 'stored', until: [until] })
    nowMs = until - 1
    expect(await fetchAll(relay, keys)).toMatchObject({ items: [{}] })
    nowMs = until
    expect(await fetchAll(relay, keys)).toMatchObject({ items: [] })
    const before = await usage(relay, 'mailboxes')
    await relay.sweep()
    expect(await usage(relay, 'mailboxes')).toBeLessThan(before)
    expect(await put(relay, keys, bytesOf(100, 1))).toMatchObject({ kind: 'stored' })
    expect(await fetchAll(relay, keys)).toMatchObject({ items: [{}] })
  })

  it('lets an expired envelope make room before the sweep comes', async () => {
    let nowMs = startMs
    await using relay = await createTestRelay({ now: () => nowMs, limits: { mailboxEnvelopes: 2 } })
    const keys = await openMailbox(relay, 1)
    await put(relay, keys, bytesOf(10, 1), bytesOf(10, 2))
    expect(await put(relay, keys, bytesOf(10, 3))).toMatchObject({ code: 'full' })
    nowMs += 31 * dayMs
    expect(await put(relay, keys, bytesOf(10, 3))).toMatchObject({ kind: 'stored' })
  })

  it('ends a blob after its days, and each put prolongs it', async () => {
    let nowMs = startMs
    await using relay = await createTestRelay({ now: () => nowMs })
    const { writeKey } = await openMailbox(relay, 1)
    const blobId = bytesOf(32, 1)
    const putIndex = (segment: number) =>
      putSegment(relay.url, { blobId, segment, segments: 2, writeKey, bytes: bytesOf(10, segment) })
    await putIndex(0)
    nowMs += 5 * dayMs
    await putIndex(1)
    nowMs += 5 * dayMs
    await relay.sweep()
    expect((await fetch(blobUrl(relay.url, blobId, 0))).status).toBe(200)
    nowMs += 3 * dayMs
    expect((await fetch(blobUrl(relay.url, blobId, 0))).status).toBe(404)
    await relay.sweep()
    expect(await usage(relay, 'blobs')).toBe(0)
    const files = await readdir(`${relay.dataDirectory}/blobs`, { recursive: true, withFileTypes: true })
    expect(files.filter((file) => file.isFile())).toEqual([])
  })

  it('keeps a blob that is put again while the sweep removes it and others', async () => {
    let nowMs = startMs
    await using relay = await createTestRelay({ now: () => nowMs })
    const { writeKey } = await openMailbox(relay, 1)
    const ids = Array.from({ length: 60 }, (_, index) => bytesOf(32, index + 1))
    const putAgain = (blobId: Uint8Array) =>
      putSegment(relay.url, { blobId, segment: 0, segments: 1, writeKey, bytes: bytesOf(10, 1) })
    await Promise.all(ids.map(putAgain))
    nowMs += 8 * dayMs
    const sweep = relay.sweep()
    const statuses = await Promise.all(ids.toReversed().map(async (id) => [id, (await putAgain(id)).status] as const))
    await sweep
    const stored = statuses.filter(([, status]) => status === 204).map(([id]) => id)
    expect(stored).not.toEqual([])
    for (const id of stored) expect((await fetch(blobUrl(relay.url, id, 0))).status).toBe(200)
  })

  it('forgets that a mailbox was closed, and mailboxes whose owner never came back', async () => {
    let nowMs = startMs
    await using relay = await createTestRelay({ now: () => nowMs })
    const closed = await openMailbox(relay, 1)
    const abandoned = await openMailbox(relay, 2)
    const invite = await openMailbox(relay, 3, 'invite')
    await postCommand(relay.url, { kind: 'close', readKey: closed.readKey })
    nowMs += 89 * dayMs
    await relay.sweep()
    expect(await put(relay, closed, bytesOf(1, 1))).toMatchObject({ code: 'gone' })
    expect(await put(relay, invite, bytesOf(1, 1))).toMatchObject({ code: 'unknown-mailbox' })
    nowMs += 2 * dayMs
    await relay.sweep()
    expect(await put(relay, closed, bytesOf(1, 1))).toMatchObject({ code: 'unknown-mailbox' })
    await put(relay, abandoned, bytesOf(1, 1))
    nowMs += 320 * dayMs
    await relay.sweep()
    expect(await put(relay, abandoned, bytesOf(1, 1))).toMatchObject({ code: 'unknown-mailbox' })
    expect(await usage(relay, 'mailboxes')).toBe(0)
  })

  it('keeps a mailbox whose owner looks in, and never hands out an old sequence again', async () => {
    let nowMs = startMs
    await using relay = await createTestRelay({ now: () => nowMs })
    const visited = await openMailbox(relay, 1)
    const forgotten = await openMailbox(relay, 2)
    await put(relay, forgotten, bytesOf(1, 1))
    const first = await fetchAll(relay, forgotten)
    for (let round = 0; round < 3; round++) {
      nowMs += 300 * dayMs
      await fetchAll(relay, visited)
      await relay.sweep()
    }
    expect(await put(relay, visited, bytesOf(1, 1))).toMatchObject({ kind: 'stored' })
    await openMailbox(relay, 2)
    await put(relay, forgotten, bytesOf(1, 1))
    const again = await fetchAll(relay, forgotten)
    if (first.kind !== 'envelopes' || again.kind !== 'envelopes') throw new Error('no envelopes')
    expect(again.items[0]?.sequence).toBeGreaterThan(first.items[0]?.sequence ?? Infinity)
  })

  it('drops one-time parts that every contact would refuse as expired', async () => {
    let nowMs = startMs
    await using relay = await createTestRelay({ now: () => nowMs })
    const { readKey, writeKey } = await openMailbox(relay, 1)
    await postCommand(relay.url, { kind: 'bundle.put', readKey, main: bytesOf(9, 1), oneTime: [bytesOf(9, 2)] })
    nowMs += 9 * dayMs
    expect(await postCommand(relay.url, { kind: 'bundle.take', writeKey, takeId: bytesOf(16, 1) })).toEqual({
      kind: 'bundle',
      main: bytesOf(9, 1),
    })
    await relay.sweep()
  })
})

describe('a clock that is set', () => {
  it('deletes nothing: what seemed expired is there again when the clock is right', async () => {
    let [nowMs, monotonicMs] = [startMs, 0]
    await using relay = await createTestRelay({ now: () => nowMs, monotonicNow: () => monotonicMs })
    const keys = await openMailbox(relay, 1)
    await put(relay, keys, bytesOf(100, 1))
    await relay.sweep()
    const before = await usage(relay, 'mailboxes')
    nowMs += 1000 * dayMs
    await relay.sweep()
    await relay.restart()
    monotonicMs += 20 * hourMs
    nowMs += 20 * hourMs
    await relay.sweep()
    expect(await usage(relay, 'mailboxes')).toBe(before)
    nowMs -= 1000 * dayMs
    await relay.sweep()
    expect(await fetchAll(relay, keys)).toMatchObject({ items: [{}] })
  })

  it('is believed after a day', async () => {
    let [nowMs, monotonicMs] = [startMs, 0]
    const clocks = { now: () => nowMs, monotonicNow: () => monotonicMs }
    const pass = (hours: number) => {
      nowMs += hours * hourMs
      monotonicMs += hours * hourMs
    }
    await using relay = await createTestRelay(clocks)
    await openMailbox(relay, 1)
    await relay.sweep()
    // Away for long, which is not to be told from a clock that was set.
    nowMs += 1000 * dayMs
    monotonicMs = 0
    await relay.restart()
    for (let hour = 0; hour < 23; hour++) {
      pass(1)
      await relay.sweep()
    }
    expect(await usage(relay, 'mailboxes')).toBeGreaterThan(0)
    pass(2)
    await relay.sweep()
    expect(await usage(relay, 'mailboxes')).toBe(0)
  })
})

describe('a relay that is off every night', () => {
  it('removes what has expired, at most some days late', async () => {
    let [nowMs, monotonicMs] = [startMs, 0]
    await using relay = await createTestRelay({ now: () => nowMs, monotonicNow: () => monotonicMs })
    const keys = await openMailbox(relay, 1)
    await put(relay, keys, bytesOf(5000, 1))
    const liveADay = async () => {
      for (let hour = 0; hour < 16; hour++) {
        nowMs += hourMs
        monotonicMs += hourMs
        await relay.sweep()
      }
      nowMs += 8 * hourMs
      await relay.restart()
    }
    for (let day = 0; day < 29; day++) await liveADay()
    expect(await usage(relay, 'mailboxes')).toBeGreaterThan(5000)
    for (let day = 0; day < 4; day++) await liveADay()
    expect(await usage(relay, 'mailboxes')).toBeLessThan(5000)
  }, 60_000)
})

describe('when the disk limit is reached', () => {
  it('removes the oldest blobs first, then refuses envelopes and segments, and loses nothing it promised', async () => {
    let nowMs = startMs
    await using relay = await createTestRelay({ maxDiskBytes: 400_000, now: () => nowMs })
    const keys = await openMailbox(relay, 1)
    const blobs = [1, 2, 3].map((fill) => bytesOf(32, fill))
    for (const blobId of blobs) {
      const bytes = bytesOf(100_000, 1)
      expect(
        (await putSegment(relay.url, { blobId, segment: 0, segments: 1, writeKey: keys.writeKey, bytes })).status,
      ).toBe(204)
      nowMs += hourMs
    }
    const envelopes = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => bytesOf(50_000, from + index))
    expect(await put(relay, keys, ...envelopes(0, 3))).toMatchObject({ kind: 'stored' })
    const status = async () => Promise.all(blobs.map(async (id) => (await fetch(blobUrl(relay.url, id, 0))).status))
    expect(await status()).toEqual([404, 200, 200])
    expect(await metric(relay.metricsUrl, 'safelight_blobs_evicted_total')).toBe(1)
    expect(await put(relay, keys, ...envelopes(3, 4))).toMatchObject({ kind: 'stored' })
    expect(await status()).toEqual([404, 404, 404])
    expect(await put(relay, keys, ...envelopes(7, 1))).toEqual({ kind: 'error', code: 'relay-full' })
    const bytes = bytesOf(100_000, 1)
    const refused = await putSegment(relay.url, {
      blobId: bytesOf(32, 9),
      segment: 0,
      segments: 1,
      writeKey: keys.writeKey,
      bytes,
    })
    expect([refused.status, await errorCode(refused)]).toEqual([507, 'relay-full'])
    const kept = await fetchAll(relay, keys)
    expect(kept).toMatchObject({ items: envelopes(0, 7).map((envelope) => ({ id: envelopeId(envelope) })) })
    if (kept.kind !== 'envelopes') return
    await postCommand(relay.url, { kind: 'ack', readKey: keys.readKey, ids: kept.items.map((item) => item.id) })
    expect(await put(relay, keys, ...envelopes(7, 1))).toMatchObject({ kind: 'stored' })
    expect(await usage(relay, 'blobs')).toBe(0)
  })

  it('removes nothing for a mailbox that does not exist', async () => {
    await using relay = await createTestRelay({ maxDiskBytes: 300_000 })
    const { writeKey, readKey } = await openMailbox(relay, 1)
    const blobId = bytesOf(32, 1)
    const bytes = bytesOf(250_000, 1)
    const blob = { blobId, segment: 0, segments: 1, writeKey, bytes }
    expect((await putSegment(relay.url, blob)).status).toBe(204)
    const nobody = mailboxKeys(2)
    const envelopes = [bytesOf(60_000, 1)]
    const segment = await putSegment(relay.url, { ...blob, blobId: bytesOf(32, 2), writeKey: nobody.writeKey })
    expect([segment.status, await errorCode(segment)]).toEqual([404, 'unknown-mailbox'])
    const unknown = { kind: 'error', code: 'unknown-mailbox' }
    expect(
      await postCommands(
        relay.url,
        { kind: 'put', writeKey: nobody.writeKey, envelopes },
        { kind: 'bundle.put', readKey: nobody.readKey, main: bytesOf(8192, 1), oneTime: [] },
        { kind: 'put', writeKey, envelopes: [bytesOf(10, 1)] },
      ),
    ).toMatchObject([unknown, unknown, { kind: 'stored' }])
    expect((await fetch(blobUrl(relay.url, blobId, 0))).status).toBe(200)
    // Whoever opens a mailbox first may fill it, in the same request.
    expect(
      await postCommands(
        relay.url,
        { kind: 'open', readKey: nobody.readKey, tier: 'contact' },
        { kind: 'put', writeKey: nobody.writeKey, envelopes },
        { kind: 'fetch', readKey, after: 0, limit: 9 },
      ),
    ).toMatchObject([{ kind: 'ok' }, { kind: 'stored' }, { items: [{}] }])
    expect((await fetch(blobUrl(relay.url, blobId, 0))).status).toBe(404)
  })

  it('goes on making room while segments are being written into the folders it removes', async () => {
    await using relay = await createTestRelay({ maxDiskBytes: 600_000 })
    const { writeKey } = await openMailbox(relay, 1)
    const putOne = async (fill: number, segment: number, segments: number) => {
      const bytes = bytesOf(60_000, segment)
      return (await putSegment(relay.url, { blobId: bytesOf(32, fill), segment, segments, writeKey, bytes })).status
    }
    const rounds = Array.from({ length: 10 }, (_, round) => round + 1)
    const statuses: number[] = []
    for (const round of rounds) {
      const puts = [0, 1, 2].flatMap((blob) => [0, 1].map((segment) => putOne(3 * round + blob, segment, 2)))
      statuses.push(...(await Promise.all(puts)))
      const more = [0, 1, 2, 3, 4, 5].map((blob) => putOne(100 + 6 * round + blob, 0, 1))
      statuses.push(...(await Promise.all(more)))
    }
    expect(statuses.filter((status) => status !== 204 && status !== 507)).toEqual([])
    expect(await putOne(250, 0, 1)).toBe(204)
    await relay.sweep()
    const files = await readdir(`${relay.dataDirectory}/blobs`, { recursive: true, withFileTypes: true })
    const bytes = files.filter((file) => file.isFile()).length * 60_000
    expect(await usage(relay, 'blobs')).toBeGreaterThan(bytes)
    expect(await usage(relay, 'blobs')).toBeLessThan(1.25 * bytes)
  })

  it('opens no mailbox and remembers no taker beyond it, however many come, and knows those that are there', async () => {
    await using relay = await createTestRelay({ maxDiskBytes: 20_000 })
    const keys = await openMailbox(relay, 1)
    await postCommand(relay.url, { kind: 'bundle.put', readKey: keys.readKey, main: bytesOf(8192, 1), oneTime: [] })
    const openOne = (seed: number): MailboxCommand => ({
      kind: 'open',
      readKey: mailboxKeys(seed).readKey,
      tier: 'contact',
    })
    const takeOne = (fill: number): MailboxCommand => ({
      kind: 'bundle.take',
      writeKey: keys.writeKey,
      takeId: bytesOf(16, fill),
    })
    expect(await postCommand(relay.url, takeOne(1))).toMatchObject({ kind: 'bundle' })
    const replies: MailboxReply[] = []
    for (let seed = 2; seed < 42; seed += 1)
      for (const command of [openOne(seed), takeOne(seed)]) replies.push(await postCommand(relay.url, command))
    const full = { kind: 'error', code: 'relay-full' }
    expect(replies.slice(-2)).toEqual([full, full])
    expect(await usage(relay, 'mailboxes')).toBeLessThanOrEqual(20_000)
    expect(await postCommands(relay.url, openOne(1), openOne(2), takeOne(1))).toMatchObject([
      { kind: 'ok' },
      { kind: 'ok' },
      { kind: 'bundle' },
    ])
    await postCommand(relay.url, { kind: 'close', readKey: keys.readKey })
    expect(await postCommand(relay.url, openOne(99))).toEqual({ kind: 'ok' })
  })

  it('makes room for a new mailbox, but not for one that may not be opened', async () => {
    await using relay = await createTestRelay({ maxDiskBytes: 110_000 })
    const { writeKey } = await openMailbox(relay, 1)
    const blobId = bytesOf(32, 1)
    const bytes = bytesOf(98_304, 1)
    expect((await putSegment(relay.url, { blobId, segment: 0, segments: 1, writeKey, bytes })).status).toBe(204)
    let seed = 2
    const openOne = () =>
      postCommand(relay.url, { kind: 'open', readKey: mailboxKeys(seed++).readKey, tier: 'contact' })
    const isKept = async () => (await fetch(blobUrl(relay.url, blobId, 0))).status === 200
    const used = async () => (await usage(relay, 'mailboxes')) + (await usage(relay, 'blobs'))
    while ((await used()) <= 110_000 - 256) expect(await openOne()).toEqual({ kind: 'ok' })
    expect(await isKept()).toBe(true)
    await relay.restart({ maxDiskBytes: 110_000, membership: 'invite' })
    expect(await openOne()).toEqual({ kind: 'error', code: 'not-a-member' })
    expect(await isKept()).toBe(true)
    await relay.restart({ maxDiskBytes: 110_000, membership: 'open' })
    expect(await openOne()).toEqual({ kind: 'ok' })
    expect(await isKept()).toBe(false)
  })

  it('goes on answering everything that needs no room', async () => {
    await using relay = await createTestRelay({ maxDiskBytes: 1000 })
    const keys = await openMailbox(relay, 1)
    const replies = await postCommands(
      relay.url,
      { kind: 'put', writeKey: keys.writeKey, envelopes: [bytesOf(5000, 1)] },
      { kind: 'fetch', readKey: keys.readKey, after: 0, limit: 1 },
      { kind: 'locate', writeKey: keys.writeKey },
    )
    expect(replies).toMatchObject([{ code: 'relay-full' }, { items: [] }, { kind: 'presence' }])
  })
})

describe('a mailbox', () => {
  it('that is full refuses a put as a whole, and takes it again after an acknowledgement', async () => {
    await using relay = await createTestRelay({ limits: { mailboxEnvelopes: 3 } })
    const keys = await openMailbox(relay, 1)
    await put(relay, keys, bytesOf(10, 1), bytesOf(10, 2))
    expect(await put(relay, keys, bytesOf(10, 3), bytesOf(10, 4))).toEqual({ kind: 'error', code: 'full' })
    expect(await fetchAll(relay, keys)).toMatchObject({ items: [{}, {}], more: false })
    expect(await put(relay, keys, bytesOf(10, 1), bytesOf(10, 2))).toMatchObject({ kind: 'stored' })
    await postCommand(relay.url, { kind: 'ack', readKey: keys.readKey, ids: [envelopeId(bytesOf(10, 1))] })
    expect(await put(relay, keys, bytesOf(10, 3), bytesOf(10, 4))).toMatchObject({ kind: 'stored' })
  })

  it('takes the same envelope once when many connections put it at the same time', async () => {
    await using relay = await createTestRelay()
    const keys = await openMailbox(relay, 1)
    const replies = await Promise.all(Array.from({ length: 20 }, () => put(relay, keys, bytesOf(10, 1))))
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1)
    expect(await fetchAll(relay, keys)).toMatchObject({ items: [{}], more: false })
    expect(await metric(relay.metricsUrl, 'safelight_envelopes_stored_total')).toBe(1)
  })

  it('that is emptied leaves no bytes behind in the books', async () => {
    await using relay = await createTestRelay()
    const keys = await openMailbox(relay, 1)
    await put(relay, keys, bytesOf(5000, 1), bytesOf(5000, 2))
    await postCommand(relay.url, {
      kind: 'bundle.put',
      readKey: keys.readKey,
      main: bytesOf(99, 1),
      oneTime: [bytesOf(99, 2), bytesOf(99, 3)],
    })
    await postCommand(relay.url, { kind: 'bundle.take', writeKey: keys.writeKey, takeId: bytesOf(16, 1) })
    await postCommand(relay.url, {
      kind: 'bundle.put',
      readKey: keys.readKey,
      main: bytesOf(98, 4),
      oneTime: [bytesOf(97, 3), bytesOf(98, 5)],
    })
    expect(await usage(relay, 'mailboxes')).toBeGreaterThan(10_000)
    await postCommand(relay.url, { kind: 'close', readKey: keys.readKey })
    // What remembers that it was closed.
    expect(await usage(relay, 'mailboxes')).toBe(256)
  })
})

describe('rates', () => {
  it('limit the puts into one mailbox and say how long to wait', async () => {
    let nowMs = startMs
    await using relay = await createTestRelay({ now: () => nowMs, limits: { puts: { burst: 3, perSecond: 1 } } })
    const keys = await openMailbox(relay, 1)
    await put(relay, keys, bytesOf(10, 1), bytesOf(10, 2), bytesOf(10, 3))
    expect(await put(relay, keys, bytesOf(10, 4))).toEqual({
      kind: 'error',
      code: 'too-many-requests',
      retryAfterMs: 1000,
    })
    // What is there already costs nothing.
    expect(await put(relay, keys, bytesOf(10, 3))).toMatchObject({ kind: 'stored' })
    nowMs += 1000
    expect(await put(relay, keys, bytesOf(10, 4))).toMatchObject({ kind: 'stored' })
  })

  it('limit what one connection puts into all mailboxes, and count only what is new and stored', async () => {
    await using relay = await createTestRelay({
      now: () => startMs,
      limits: {
        putsPerConnection: { burst: 4, perSecond: 1 },
        putBytesPerConnection: { burst: 4000, perSecond: 1000 },
        bundleMainBytes: 700,
      },
    })
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const [one, other] = [mailboxKeys(1), mailboxKeys(2)]
    for (const { readKey } of [one, other]) await stream.send({ kind: 'open', readKey, tier: 'contact' })
    const putInto = (keys: MailboxKeys, ...envelopes: Uint8Array[]): MailboxCommand => ({
      kind: 'put',
      writeKey: keys.writeKey,
      envelopes,
    })
    const stored = { kind: 'stored' }
    const wait = (retryAfterMs: number) => ({ kind: 'error', code: 'too-many-requests', retryAfterMs })
    expect(
      await stream.send(
        putInto(one, bytesOf(10, 1), bytesOf(10, 2)),
        putInto(one, bytesOf(10, 2)),
        putInto(mailboxKeys(9), bytesOf(10, 3)),
        putInto(other, bytesOf(10, 3)),
        putInto(other, bytesOf(10, 4), bytesOf(10, 5)),
        putInto(one, bytesOf(10, 4)),
        putInto(other, bytesOf(10, 5)),
      ),
    ).toMatchObject([stored, stored, { code: 'unknown-mailbox' }, stored, wait(1000), stored, wait(1000)])
    // 4 x (10 + 256) bytes are gone. A bundle and its takers count, too.
    const main = bytesOf(700, 1)
    const takeId = bytesOf(16, 1)
    const replies = await stream.send(
      { kind: 'bundle.put', readKey: one.readKey, main, oneTime: [bytesOf(500, 1), bytesOf(500, 2)] },
      { kind: 'bundle.take', writeKey: one.writeKey, takeId },
      { kind: 'bundle.put', readKey: one.readKey, main, oneTime: [] },
      { kind: 'bundle.put', readKey: one.readKey, main, oneTime: [] },
    )
    expect(replies).toMatchObject([{ kind: 'ok' }, wait(232), { kind: 'ok' }, wait(676)])
  })

  it('limit the commands and the new mailboxes of one connection', async () => {
    await using relay = await createTestRelay({
      now: () => startMs,
      limits: { opens: { burst: 2, perSecond: 1 }, commands: { burst: 6, perSecond: 1 } },
    })
    await using peer = await connectPeer(relay)
    const stream = await peer.open()
    const open = (seed: number) => ({ kind: 'open', readKey: mailboxKeys(seed).readKey, tier: 'contact' }) as const
    const limited = { kind: 'error', code: 'too-many-requests', retryAfterMs: 1000 }
    expect(await stream.send(open(1), open(2), open(3))).toEqual([{ kind: 'ok' }, { kind: 'ok' }, limited])
    // Opening what exists is free of that limit, not of the one on commands.
    expect(await stream.send(open(1), open(2), open(2))).toEqual([{ kind: 'ok' }, { kind: 'ok' }, { kind: 'ok' }])
    expect(await stream.send(open(1))).toEqual([limited])
  })

  it('limit the one-time parts of a bundle, all or nothing', async () => {
    await using relay = await createTestRelay({ now: () => startMs, limits: { bundlePool: 2 } })
    const { readKey, writeKey } = await openMailbox(relay, 1)
    const put = (main: number, ...oneTime: number[]) =>
      postCommand(relay.url, {
        kind: 'bundle.put',
        readKey,
        main: bytesOf(9, main),
        oneTime: oneTime.map((part) => bytesOf(9, part)),
      })
    expect(await put(1, 10, 11)).toEqual({ kind: 'ok' })
    expect(await put(2, 11, 12, 13)).toEqual({ kind: 'error', code: 'full' })
    expect(await postCommand(relay.url, { kind: 'bundle.count', readKey })).toEqual({
      kind: 'pool',
      main: true,
      oneTime: 2,
    })
    expect(await postCommand(relay.url, { kind: 'bundle.take', writeKey, takeId: bytesOf(16, 1) })).toMatchObject({
      main: bytesOf(9, 1),
    })
  })

  it('limit the bundles taken in one request, and the one-time parts taken from one mailbox', async () => {
    await using relay = await createTestRelay({ limits: { takesPerRequest: 2, takesPerMailbox: 3 } })
    const { readKey, writeKey } = await openMailbox(relay, 1)
    const oneTime = [1, 2, 3, 4].map((part) => bytesOf(9, part))
    await postCommand(relay.url, { kind: 'bundle.put', readKey, main: bytesOf(9, 1), oneTime })
    const take = (id: number) => ({ kind: 'bundle.take', writeKey, takeId: bytesOf(16, id) }) as const
    expect(await postCommands(relay.url, take(1), take(2), take(3))).toMatchObject([
      { kind: 'bundle' },
      { kind: 'bundle' },
      { code: 'too-many-requests' },
    ])
    expect(await postCommands(relay.url, take(3), take(4))).toEqual([
      { kind: 'bundle', main: bytesOf(9, 1), oneTime: expect.any(Uint8Array) },
      { kind: 'bundle', main: bytesOf(9, 1) },
    ])
  })
})
