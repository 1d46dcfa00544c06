// What opens one mailbox, or proves one connection, is worth nothing anywhere else: at another mailbox, with the next key of
// the chain, for another command, on another connection.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { equalBytes } from '../../src/protocol/bytes.ts'
import { createProof } from '../../src/protocol/direct/proof.ts'
import type { MailboxCommand } from '../../src/protocol/mailbox/command.ts'
import { seededRandom } from '../protocol/session/people.ts'
import { postCommand, postCommands, putSegment } from '../relay/support/http-client.ts'
import { type MailboxKeys, type TestRelay, bytesOf, createTestRelay, mailboxKeys } from '../relay/support/relay.ts'

let relay: TestRelay
const [mine, theirs] = [mailboxKeys(1), mailboxKeys(2)]

beforeAll(async () => {
  relay = await createTestRelay()
  for (const { readKey } of [mine, theirs]) await postCommand(relay.url, { kind: 'open', readKey, tier: 'contact' })
  const { writeKey } = mine
  await postCommand(relay.url, { kind: 'put', writeKey, envelopes: [bytesOf(4096, 7)] })
})
afterAll(async () => {
  await relay[Symbol.asyncDispose]()
})

/** Everything that only the owner may do, with a given key in the place of the read key. */
function ownerCommands(readKey: Uint8Array): MailboxCommand[] {
  return [
    { kind: 'fetch', readKey, after: 0, limit: 10 },
    { kind: 'ack', readKey, ids: [bytesOf(32, 1)] },
    { kind: 'close', readKey },
    { kind: 'bundle.put', readKey, main: bytesOf(100, 1), oneTime: [] },
  ]
}

describe('the key of a mailbox', () => {
  it('that lets one write does not let one read, acknowledge, close or publish', async () => {
    for (const key of [mine.writeKey, mine.mailboxId]) {
      const replies = await postCommands(relay.url, ...ownerCommands(key))
      for (const reply of replies) expect(reply).toMatchObject({ kind: 'error', code: 'unknown-mailbox' })
    }
    const fetched = await postCommand(relay.url, { kind: 'fetch', readKey: mine.readKey, after: 0, limit: 10 })
    expect(fetched).toMatchObject({ kind: 'envelopes', items: [{ bytes: bytesOf(4096, 7) }] })
  })

  it('in the place of the write key writes nowhere: neither the id nor the read key does', async () => {
    for (const writeKey of [mine.readKey, mine.mailboxId]) {
      const put = await postCommand(relay.url, { kind: 'put', writeKey, envelopes: [bytesOf(4096, 8)] })
      expect(put).toMatchObject({ kind: 'error', code: 'unknown-mailbox' })
      expect(await postCommand(relay.url, { kind: 'locate', writeKey })).toMatchObject({ kind: 'error' })
      const takeId = bytesOf(16, 3)
      expect(await postCommand(relay.url, { kind: 'bundle.take', writeKey, takeId })).toMatchObject({ kind: 'error' })
    }
  })

  it('of one mailbox reads nothing of another, and an id fetched here acknowledges nothing there', async () => {
    const read = async ({ readKey }: MailboxKeys) =>
      postCommand(relay.url, { kind: 'fetch', readKey, after: 0, limit: 10 })
    expect(await read(theirs)).toMatchObject({ kind: 'envelopes', items: [] })
    const reply = await read(mine)
    const ids = reply.kind === 'envelopes' ? reply.items.map(({ id }) => id) : []
    expect(ids).toHaveLength(1)
    await postCommand(relay.url, { kind: 'ack', readKey: theirs.readKey, ids })
    expect(await read(mine)).toMatchObject({ kind: 'envelopes', items: [{ id: ids[0] }] })
  })

  it('puts no segment into a blob that was put with another', async () => {
    const put = { blobId: bytesOf(32, 9), segment: 0, segments: 2, bytes: bytesOf(1000, 1) }
    expect((await putSegment(relay.url, { ...put, writeKey: mine.writeKey })).status).toBe(204)
    const foreign = await putSegment(relay.url, { ...put, segment: 1, writeKey: theirs.writeKey })
    expect(foreign.status).toBe(403)
    for (const writeKey of [mine.readKey, mine.mailboxId, bytesOf(32, 200)]) {
      const refused = await putSegment(relay.url, { ...put, blobId: bytesOf(32, 10), writeKey })
      expect(refused.status).toBe(404)
    }
  })
})

describe('the proof of a direct connection', () => {
  const random = seededRandom('proof')
  const honest = {
    exporter: random(32),
    role: 'initiator',
    initiatorPeerId: '12D3KooWAna',
    responderPeerId: '12D3KooWBo',
    initiatorNonce: random(32),
    responderNonce: random(32),
  } as const
  const mac = createProof(honest)

  it('fits no other connection, role, address, moment or session', () => {
    const elsewhere = [
      { ...honest, role: 'responder' as const },
      { ...honest, initiatorPeerId: honest.responderPeerId, responderPeerId: honest.initiatorPeerId },
      { ...honest, initiatorPeerId: '12D3KooWEve' },
      { ...honest, responderPeerId: '12D3KooWEve' },
      // The same letters, cut elsewhere.
      { ...honest, initiatorPeerId: '12D3KooWAna1', responderPeerId: '2D3KooWBo' },
      { ...honest, initiatorNonce: random(32) },
      { ...honest, responderNonce: random(32) },
      { ...honest, initiatorNonce: honest.responderNonce, responderNonce: honest.initiatorNonce },
      { ...honest, exporter: random(32) },
    ]
    expect(equalBytes(createProof(honest), mac)).toBe(true)
    for (const other of elsewhere) expect(equalBytes(createProof(other), mac)).toBe(false)
  })
})
