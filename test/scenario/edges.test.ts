// Moments where two things cross, and contacts who use their keys against the rules.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeInviteLink, encodeInviteLink } from '../../src/protocol/invite/link.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { handsOf } from '../support/world/hands.ts'
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

const dayMs = 24 * 60 * 60 * 1000
const bytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const relay = () => world.network.relay(relayUrl)
const stateOf = async (person: Person, id: string) => (await person.messenger.messages.get(id))?.recipients[0]?.state
const texts = async (person: Person, conversationId: string) =>
  (await person.messenger.conversations.page(conversationId)).map(({ text }) => text)
const noDirect = (): void => {
  world.network.setDirectPossible(false)
  world.network.cutDirect()
}
const onlyRequest = async (): Promise<string> => {
  await world.until(async () => (await ana.messenger.requests.list()).length > 0)
  return (await ana.messenger.requests.list())[0]?.id ?? ''
}
const mailbox = () => ({ relay: relayUrl, writeKey: bytes(32) })

describe('a relay that has no time for all mailboxes', () => {
  test('is asked again when it says so, and not for ever', async () => {
    await ana.messenger.invites.create()
    ana = await ana.reopen()
    await world.clock.advance(10_000)
    const seen: string[] = []
    let isBusy = true
    relay().lie((reply) => {
      if (reply.kind !== 'ok') return reply
      seen.push(isBusy ? 'refused' : 'taken')
      return isBusy ? { kind: 'error', code: 'too-many-requests', retryAfterMs: 30_000 } : reply
    })
    ana = await ana.reopen()
    await world.clock.advance(10_000)
    const atOnce = seen.length
    expect(atOnce).toBeGreaterThan(0)
    isBusy = false
    await world.clock.advance(30_000)
    expect(seen.slice(atOnce)).toContain('taken')
    const then = seen.length
    await world.clock.advance(2 * 60_000)
    expect(seen).toHaveLength(then)
    relay().lie(undefined)
  })
})

describe('what is written before an answer is heard', () => {
  test('arrives though both asked each other and no push came through', async () => {
    const fromAna = await ana.messenger.invites.create()
    const fromBo = await bo.messenger.invites.create()
    noDirect()
    relay().onPush(() => 'drop')
    const toBo = await ana.messenger.invites.connect(fromBo.link)
    const toAna = await bo.messenger.invites.connect(fromAna.link)
    await bo.messenger.send(toAna.conversationId, { text: 'hello' })
    await world.clock.advance(8_000)
    relay().onPush(undefined)
    ana = await ana.reopen()
    await world.until(async () => (await texts(ana, toBo.conversationId)).includes('hello'))
    await ana.messenger.send(toBo.conversationId, { text: 'and back' })
    await world.until(async () => (await texts(bo, toAna.conversationId)).includes('and back'))
  })

  test('arrives though it was written between the answer and its arrival', async () => {
    noDirect()
    const invite = await ana.messenger.invites.create()
    const contact = await bo.messenger.invites.connect(invite.link)
    const request = await onlyRequest()
    relay().onPush(() => ({ delayMs: 2_000 }))
    const accepted = await ana.messenger.requests.accept(request)
    await world.clock.advance(500)
    const sent = await bo.messenger.send(contact.conversationId, { text: 'are you there?' })
    await world.until(async () => (await texts(ana, accepted.conversationId)).includes('are you there?'))
    await world.until(async () => (await stateOf(bo, sent.id))?.kind === 'delivered')
    // Once Bo writes to his own mailbox, the invite's goes, and its keys with it.
    await world.until(async () => (await ana.messenger.invites.list()).length === 0)
  })

  test('arrives with its request, though the push of the request was lost', async () => {
    noDirect()
    const invite = await ana.messenger.invites.create()
    let pushes = 0
    relay().onPush(() => (pushes++ === 0 ? 'drop' : 'deliver'))
    const contact = await bo.messenger.invites.connect(invite.link)
    await bo.messenger.send(contact.conversationId, { text: 'hello' })
    const accepted = await ana.messenger.requests.accept(await onlyRequest())
    expect(await texts(ana, accepted.conversationId)).toEqual(['hello'])
  })

  test('is answered although the relay was full when the answer was given', async () => {
    noDirect()
    const invite = await ana.messenger.invites.create()
    const contact = await bo.messenger.invites.connect(invite.link)
    const request = await onlyRequest()
    relay().setFull(true)
    await ana.messenger.requests.accept(request)
    await world.clock.advance(5_000)
    relay().setFull(false)
    await world.until(async () => (await bo.messenger.contacts.get(contact.id))?.state === 'accepted')
  })
})

describe('messages through a relay', () => {
  test('keep their order when a push is lost', async () => {
    const ids = await introduce(world, ana, bo)
    noDirect()
    await world.clock.advance(30_000)
    let pushes = 0
    relay().onPush(() => (pushes++ === 0 ? 'drop' : 'deliver'))
    await bo.messenger.send(ids.bo, { text: '1' })
    await world.clock.advance(2_000)
    await bo.messenger.send(ids.bo, { text: '2' })
    await world.until(async () => (await texts(ana, ids.ana)).length === 2)
    expect(await texts(ana, ids.ana)).toEqual(['1', '2'])
  })

  test('that nobody fetched in time are said to have failed, and can be sent again', async () => {
    const ids = await introduce(world, ana, bo)
    await world.clock.advance(30_000)
    await bo.messenger.close()
    const sent = await ana.messenger.send(ids.ana, { text: 'late' })
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'kept')
    await ana.messenger.close()
    await world.clock.advance(31 * dayMs)
    ana = await world.person('Ana', ana.disk)
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'failed')
    expect(await stateOf(ana, sent.id)).toEqual({ kind: 'failed', reason: 'expired' })
    bo = await world.person('Bo', bo.disk)
    await ana.messenger.messages.retry(sent.id)
    await world.until(async () => (await texts(bo, ids.bo)).includes('late'))
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'delivered')
  })
})

describe('an invite', () => {
  test('used twice at once by one person makes one contact and takes one use', async () => {
    const invite = await ana.messenger.invites.create({ uses: 3 })
    const [first, second] = await Promise.all([
      bo.messenger.invites.connect(invite.link),
      bo.messenger.invites.connect(invite.link),
    ])
    expect(first.id).toBe(second.id)
    await onlyRequest()
    expect((await ana.messenger.invites.list())[0]?.used).toBe(1)
  })

  test('is over at its end, whatever the link is made to say', async () => {
    const invite = await ana.messenger.invites.create({ expiresInMs: 60_000 })
    await world.clock.advance(10 * 60_000)
    const decoded = decodeInviteLink(invite.link)
    if (!decoded.ok) throw new Error('not a link')
    const longer = encodeInviteLink({ ...decoded.invite, expiresAtMs: world.clock.now() + dayMs })
    await expect(bo.messenger.invites.connect(longer)).rejects.toMatchObject({ code: 'used' })
  })

  test('shows nobody where the person who uses it is, before they are accepted', async () => {
    const invite = await ana.messenger.invites.create()
    await bo.messenger.invites.connect(invite.link)
    await onlyRequest()
    const hands = await handsOf(world, ana)
    expect(await hands.locate()).toBeUndefined()
  })
})

describe('an album', () => {
  test('of which one photo is lost shows the others', async () => {
    const ids = await introduce(world, ana, bo)
    noDirect()
    await bo.messenger.close()
    const photos = [1, 2, 3].map((n) => ({ data: bytes(1_000 + n) }))
    const sent = await ana.messenger.send(ids.ana, { media: photos })
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'kept')
    relay().expireBlobs([...ana.disk.blobs.keys()][0])
    bo = await world.person('Bo', bo.disk)
    await world.until(async () => {
      const [message] = await bo.messenger.conversations.page(ids.bo)
      return message?.attachments.filter(({ transfer }) => transfer.kind === 'done').length === 2
    })
    const [message] = await bo.messenger.conversations.page(ids.bo)
    expect(message?.attachments.map(({ transfer }) => transfer.kind)).toEqual(['waiting', 'done', 'done'])
  })
})

describe('blocking', () => {
  test('says of what was still to go that it failed, and unblocking goes on with the rest', async () => {
    const ids = await introduce(world, ana, bo)
    noDirect()
    await world.clock.advance(30_000)
    relay().setUp(false)
    const sent = await ana.messenger.send(ids.ana, { text: 'x' })
    const [contact] = await ana.messenger.contacts.list()
    await ana.messenger.contacts.block(contact?.id ?? '')
    expect(await stateOf(ana, sent.id)).toEqual({ kind: 'failed', reason: 'blocked' })
    relay().setUp(true)
    await world.clock.advance(5_000)
    await ana.messenger.contacts.unblock(contact?.id ?? '')
    await world.clock.advance(30_000)
    await bo.messenger.send(ids.bo, { text: 'back' })
    await world.until(async () => (await texts(ana, ids.ana)).includes('back'))
  })

  test('a stranger shows none of their words; unblocking makes them a request again', async () => {
    noDirect()
    const invite = await ana.messenger.invites.create()
    const contact = await bo.messenger.invites.connect(invite.link)
    await bo.messenger.send(contact.conversationId, { text: 'spam' })
    const request = await onlyRequest()
    await world.clock.advance(5_000)
    await ana.messenger.requests.block(request)
    expect(await ana.messenger.conversations.list()).toEqual([])
    expect(await ana.messenger.contacts.list()).toEqual([])
    await ana.messenger.contacts.unblock(request)
    expect(await ana.messenger.requests.list()).toHaveLength(1)
    expect((await bo.messenger.contacts.get(contact.id))?.state).toBe('asked')
  })

  test('ends every link of theirs, and serves nothing more', async () => {
    const ids = await introduce(world, ana, bo)
    await ana.messenger.send(ids.ana, { media: [{ data: bytes(2_000) }] })
    await world.clock.advance(30_000)
    const [blobId] = ana.disk.blobs.keys()
    await bo.messenger.close()
    await world.clock.advance(5_000)
    const hands = await handsOf(world, bo)
    const one = await hands.link()
    const two = await hands.link()
    expect(two).toBeDefined()
    const [contact] = await ana.messenger.contacts.list()
    await ana.messenger.contacts.block(contact?.id ?? '')
    let served = 0
    for (const link of [one, two]) {
      await link?.fetchSegments(blobId ?? '', [0], async () => void served++).catch(() => undefined)
      await link?.closed
    }
    expect(served).toBe(0)
  })
})

describe('a contact who breaks the rules', () => {
  test('with an old copy of their keys cannot come back by another invite and take their own place', async () => {
    const copy = crashedCopy(bo.disk)
    const ids = await introduce(world, ana, bo)
    noDirect()
    await ana.messenger.send(ids.ana, { text: '1' })
    await bo.messenger.send(ids.bo, { text: '2' })
    await world.until(async () => (await texts(ana, ids.ana)).length === 2)
    await world.clock.advance(60_000)
    const thief = await world.person('Thief', copy)
    const invite = await ana.messenger.invites.create()
    const contact = await thief.messenger.invites.connect(invite.link)
    await thief.messenger.send(contact.conversationId, { text: 'it is me, Bo' })
    await world.clock.advance(60_000)
    expect(ana.heard).toContainEqual({
      type: 'error',
      detail: { code: 'keys-changed', conversationId: ids.ana },
    })
    await ana.messenger.send(ids.ana, { text: 'for Bo alone' })
    await world.until(async () => (await texts(bo, ids.bo)).includes('for Bo alone'))
    expect(await texts(thief, contact.conversationId)).toEqual(['it is me, Bo'])
    expect(await texts(ana, ids.ana)).toEqual(['1', '2', 'for Bo alone'])
  })

  test('and dates a message to the end of time is shown as of tomorrow at the latest', async () => {
    const ids = await introduce(world, ana, bo)
    noDirect()
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    await hands.put([{ kind: 'message', text: 'x', media: [] }], { sentAtMs: 8_640_000_000_000_000 })
    await world.until(async () => (await texts(ana, ids.ana)).includes('x'))
    const [message] = await ana.messenger.conversations.page(ids.ana)
    expect(message?.sentAt).toBeLessThanOrEqual(world.clock.now() + dayMs)
  })

  test('and names a server inside my network as their relay makes me call nobody', async () => {
    await introduce(world, ana, bo)
    await bo.messenger.close()
    const trap = world.network.relay('http://127.0.0.1:9')
    const hands = await handsOf(world, bo)
    await hands.put([
      { kind: 'mailbox', mailbox: { relay: 'http://127.0.0.1:9', writeKey: bytes(32) } },
      { kind: 'message', text: 'x', media: [] },
    ])
    await world.clock.advance(60_000)
    expect(trap.counters.calls).toBe(0)
  })

  test('and asks again and again is told of once, and answered never', async () => {
    const ids = await introduce(world, ana, bo)
    noDirect()
    await world.clock.advance(30_000)
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const before = relay().counters.putEnvelopes
    await hands.put(Array.from({ length: 10 }, () => ({ kind: 'request' as const, name: 'Bo', mailbox: mailbox() })))
    await world.clock.advance(5_000)
    expect(relay().counters.putEnvelopes - before).toBe(10)
    expect(ana.heard.filter(({ type }) => type === 'request')).toHaveLength(1)
    // None of those mailboxes exists: what I write goes where it always went.
    const sent = await ana.messenger.send(ids.ana, { text: 'still to you' })
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'kept')
  })

  test('and fills the mailbox with rubbish is named once, and harms nothing', async () => {
    const ids = await introduce(world, ana, bo)
    noDirect()
    await world.clock.advance(30_000)
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    for (let round = 0; round < 10; round++)
      await hands.putEnvelopes(Array.from({ length: 20 }, () => Uint8Array.of(0x12, ...bytes(4_095))))
    await world.until(() => relay().counters.envelopesStored === 0)
    expect(ana.heard.filter(({ type }) => type === 'error')).toHaveLength(1)
    await hands.put([{ kind: 'message', text: 'after all that', media: [] }])
    await world.until(async () => (await texts(ana, ids.ana)).includes('after all that'))
  })

  test('and sends a message for another conversation is not heard', async () => {
    const ids = await introduce(world, ana, bo)
    noDirect()
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    await hands.put([{ kind: 'message', text: 'elsewhere', media: [] }], { conversationId: bytes(16) })
    await hands.put([{ kind: 'message', text: 'here', media: [] }])
    await world.until(async () => (await texts(ana, ids.ana)).length > 0)
    expect(await texts(ana, ids.ana)).toEqual(['here'])
  })
})

describe('a device that lost its last hours', () => {
  test('is not said to have what it cannot read, until it has begun anew, is believed, and got it', async () => {
    const ids = await introduce(world, ana, bo)
    await world.clock.advance(30_000)
    const copy = crashedCopy(bo.disk)
    await bo.messenger.send(ids.bo, { text: '1' })
    await world.clock.advance(5_000)
    await ana.messenger.send(ids.ana, { text: '2' })
    await world.clock.advance(30_000)
    await bo.messenger.close()
    bo = await world.person('Bo', copy)
    await world.clock.advance(30_000)
    const sent = await ana.messenger.send(ids.ana, { text: '3' })
    await world.clock.advance(60_000)
    expect((await stateOf(ana, sent.id))?.kind).toBe('kept')
    await world.until(async () => (await ana.messenger.contacts.list())[0]?.keys === 'changed')
    await ana.messenger.contacts.confirmKeys((await ana.messenger.contacts.list())[0]?.id ?? '')
    await world.until(async () => (await texts(bo, ids.bo)).includes('3'))
    await world.until(async () => (await stateOf(ana, sent.id))?.kind === 'delivered')
  })
})
