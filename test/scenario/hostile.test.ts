// Strangers, relays and contacts that send what they should not.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodePeerFrame, encodePeerFrame } from '../../src/protocol/direct/frame.ts'
import type { PeerLink } from '../../src/messenger/ports/peer-link.ts'
import type { Transport } from '../../src/messenger/ports.ts'
import { decodeInviteLink } from '../../src/protocol/invite/link.ts'
import { closeWorld, openApart } from '../support/world/pair.ts'
import { introduce, relayUrl } from '../support/world/world.ts'
import type { Person, World } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person

beforeEach(async () => {
  ;({ world, ana, bo } = await openApart())
})
afterEach(() => closeWorld(world))

const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }
const texts = async (person: Person, conversationId: string) =>
  (await person.messenger.conversations.page(conversationId)).map(({ text }) => text)

/** A transport in a stranger's hands. */
async function stranger(): Promise<Transport> {
  const transport = world.network.transport({ random })
  await transport.start({ relay: () => {}, push: () => {}, peer: (link) => void link.close() })
  transport.keepRelays([relayUrl])
  await world.clock.advance(1_000)
  return transport
}

function writeKeyOf(link: string): Uint8Array {
  const decoded = decodeInviteLink(link)
  if (!decoded.ok) throw new Error('not a link')
  return decoded.invite.writeKey
}

describe('somebody who has only the address of a mailbox', () => {
  test('leaves rubbish there: it is thrown away, and what is real still arrives', async () => {
    const invite = await ana.messenger.invites.create({ uses: 3 })
    const transport = await stranger()
    const writeKey = writeKeyOf(invite.link)
    const rubbish = [4, 8, 16].map((kibibytes) => random.bytes(kibibytes * 1024))
    const [reply] = await transport.relay(relayUrl).call([{ kind: 'put', writeKey, envelopes: rubbish }])
    expect(reply?.kind).toBe('stored')
    await bo.messenger.invites.connect(invite.link)
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    expect(world.network.relay(relayUrl).counters.envelopesStored).toBe(0)
  })

  test('cannot find out whether the person who made an invite is there', async () => {
    const invite = await ana.messenger.invites.create()
    const transport = await stranger()
    const [reply] = await transport.relay(relayUrl).call([{ kind: 'locate', writeKey: writeKeyOf(invite.link) }])
    expect(reply).toEqual({ kind: 'presence' })
  })
})

describe('somebody who dials this device', () => {
  async function dial(): Promise<{ link: PeerLink; frames: Uint8Array[] }> {
    await introduce(world, ana, bo)
    const transport = await stranger()
    const peerId = world.network.peerIds().find((id) => id !== transport.peerId)
    if (peerId === undefined) throw new Error('nobody is there')
    const link = await transport.dial(relayUrl, peerId)
    const frames: Uint8Array[] = []
    link.onFrame((frame) => void frames.push(frame))
    await world.clock.advance(10)
    return { link, frames }
  }

  test('and cannot prove a session is let go, and gets no segment', async () => {
    const { link, frames } = await dial()
    const [hello] = frames.map(decodePeerFrame)
    expect(hello?.kind).toBe('hello')
    await link.send(encodePeerFrame({ kind: 'hello', nonce: random.bytes(32) }))
    await link.send(encodePeerFrame({ kind: 'proof', macs: [random.bytes(32)] }))
    let served = 0
    await link.fetchSegments('00'.repeat(32), [0], async () => void served++).catch(() => undefined)
    await world.clock.advance(20_000)
    await link.closed
    expect(served).toBe(0)
  })

  test('and sends an envelope instead of a proof is let go', async () => {
    const { link } = await dial()
    await link.send(encodePeerFrame({ kind: 'hello', nonce: random.bytes(32) }))
    const envelope = {
      kind: 'envelope',
      sequence: 1,
      mailboxId: random.bytes(32),
      envelope: random.bytes(4096),
    } as const
    await link.send(encodePeerFrame(envelope))
    await world.clock.advance(20_000)
    await link.closed
  })

  test('and gives our own nonce back, or rubbish, is let go', async () => {
    const { link, frames } = await dial()
    await link.send(frames[0] ?? new Uint8Array(1))
    await world.clock.advance(20_000)
    await link.closed
  })
})

describe('a contact', () => {
  test('whose message is repeated by the relay is heard once', async () => {
    const ids = await introduce(world, ana, bo)
    world.network.setDirectPossible(false)
    world.network.cutDirect()
    world.network.relay(relayUrl).onPush(() => 'duplicate')
    await ana.messenger.send(ids.ana, { text: 'once' })
    await world.until(async () => (await texts(bo, ids.bo)).length > 0)
    await world.clock.advance(400_000)
    expect(await texts(bo, ids.bo)).toEqual(['once'])
  })

  test('cannot make a name that passes for something else', async () => {
    await expect(ana.messenger.profile.setName('\u202e\u200b')).rejects.toMatchObject({ code: 'bad-name' })
    await ana.messenger.profile.setName('  A\u202ena\n ')
    expect((await ana.messenger.profile.get()).name).toBe('Ana')
  })
})

describe('what a person gives', () => {
  test('is refused in words when it is empty, too long, or for nobody', async () => {
    const ids = await introduce(world, ana, bo)
    await expect(ana.messenger.send(ids.ana, { text: '  ' })).rejects.toMatchObject({ code: 'empty-message' })
    await expect(ana.messenger.send(ids.ana, { text: 'x'.repeat(10_001) })).rejects.toMatchObject({
      code: 'text-too-long',
    })
    await expect(ana.messenger.send('00', { text: 'x' })).rejects.toMatchObject({ code: 'unknown-conversation' })
    await expect(ana.messenger.send(ids.ana, { media: [{ data: new Uint8Array() }] })).rejects.toMatchObject({
      code: 'empty',
    })
    const many = Array.from({ length: 33 }, () => ({ data: new Uint8Array(1) }))
    await expect(ana.messenger.send(ids.ana, { media: many })).rejects.toMatchObject({ code: 'too-many-attachments' })
    const wordy = Array.from({ length: 32 }, () => ({ data: random.bytes(100), caption: 'ä'.repeat(1_000) }))
    await expect(ana.messenger.send(ids.ana, { media: wordy })).rejects.toMatchObject({ code: 'too-many-attachments' })
    expect(await ana.messenger.conversations.page(ids.ana)).toEqual([])
    expect(ana.disk.blobs.size).toBe(0)
    await ana.messenger.send(ids.ana, { text: 'lone \ud800 surrogate' })
    await world.until(async () => (await texts(bo, ids.bo)).includes('lone \ufffd surrogate'))
  })
})
