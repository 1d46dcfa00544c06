// A contact whose devices or keys change without a word may be somebody else by now. A device log only grows; whatever
// shows a shorter or another one is told to the person, and stops what would be sent to it.

import { describe, expect, it } from 'vitest'
import { appendDevice, compareLogs, openDeviceLog } from '../../src/protocol/identity/device-log.ts'
import { fingerprintOf } from '../../src/protocol/identity/fingerprint.ts'
import { createIdentity } from '../../src/protocol/identity/identity.ts'
import { openBundle } from '../../src/protocol/prekeys/bundle.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { publish, seededRandom, startMs } from '../protocol/session/people.ts'
import { handsOf } from '../support/world/hands.ts'
import { type Person, createWorld, introduce } from '../support/world/world.ts'
import { acquainted, end, texts, throughRelay } from './support/story.ts'

const random = seededRandom('device log')

describe('a device log', () => {
  const { account, device, log } = createIdentity({ random, nowMs: startMs })
  const addition = () =>
    ({ kind: 'add', deviceId: random(16), signKey: random(32), dhKey: device.dh.publicKey, atMs: startMs }) as const

  it('that was rolled back, forked or grown is told apart, whatever its length', () => {
    const two = appendDevice(log, account, addition())
    const other = appendDevice(log, account, addition())
    const revoked = appendDevice(two, account, { kind: 'revoke', deviceId: device.id, atMs: startMs })
    expect(compareLogs(two, log)).toBe('longer')
    expect(compareLogs(log, two)).toBe('shorter')
    expect(compareLogs(two, other)).toBe('forked')
    expect(compareLogs(two, two)).toBe('same')
    expect(openDeviceLog(account.publicKey, revoked.entries)?.devices).toHaveLength(1)
    // What was revoked is not there again by leaving the revocation out of its middle.
    const [first = new Uint8Array(), , third = new Uint8Array()] = revoked.entries
    expect(openDeviceLog(account.publicKey, [first, third])).toBeUndefined()
  })

  it('in a bundle may not be older than, or differ from, one already seen', async () => {
    const { bo, psk, mailboxId, main, oneTime } = await publish()
    const fingerprint = fingerprintOf(bo.account.publicKey)
    const common = { psk, mailboxId, fingerprint, main, oneTime: oneTime[0], use: 'one-use', nowMs: startMs } as const
    const { length, head } = bo.log
    expect(openBundle({ ...common, knownLog: { length, head } })).toBeDefined()
    expect(openBundle({ ...common, knownLog: { length: length + 1, head: random(32) } })).toBeUndefined()
    expect(openBundle({ ...common, knownLog: { length, head: random(32) } })).toBeUndefined()
  })
})

async function keysOf(person: Person): Promise<string | undefined> {
  return (await person.messenger.contacts.list())[0]?.keys
}

describe('a contact', () => {
  it('whose messages show a forked log is marked, and gets nothing more until the person says so', async () => {
    await using story = await acquainted('forked')
    const { world, ana, bo, ids } = story
    await ana.messenger.send(ids.ana, { text: 'as ever' })
    await world.until(async () => (await texts(bo, ids.bo)).includes('as ever'))
    expect(await keysOf(bo)).toBe('known')
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    await hands.put([{ kind: 'message', text: 'from another branch', media: [] }], {
      log: { length: 1, head: random(32) },
    })
    await world.until(async () => (await keysOf(bo)) === 'conflict')
    expect(bo.heard.some(({ detail }) => JSON.stringify(detail).includes('keys-conflict'))).toBe(true)

    const sent = await bo.messenger.send(ids.bo, { text: 'a secret' })
    await world.clock.advance(60_000)
    const state = async () => (await bo.messenger.messages.get(sent.id))?.recipients[0]?.state.kind
    expect(await state()).not.toBe('kept')
    const again = await bo.reopen()
    expect(await keysOf(again)).toBe('conflict')
  })

  it('whose log grew and is short again is marked: somebody put an old copy back', async () => {
    await using story = await acquainted('rollback')
    const { world, ana, bo, ids } = story
    await ana.messenger.send(ids.ana, { text: 'as ever' })
    await world.until(async () => (await texts(bo, ids.bo)).includes('as ever'))
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    await hands.put([{ kind: 'message', text: 'with a new device', media: [] }], {
      log: { length: 2, head: random(32) },
    })
    await world.until(async () => (await texts(bo, ids.bo)).includes('with a new device'))
    expect(await keysOf(bo)).toBe('known')
    await hands.put([{ kind: 'message', text: 'without it', media: [] }], { log: { length: 1, head: random(32) } })
    await world.until(async () => (await keysOf(bo)) === 'conflict')
  })

  it('whose old keys somebody has is not replaced by them through another invite, and the person is told', async () => {
    const world = createWorld('stolen')
    const ana = await world.person('Ana')
    const bo = await world.person('Bo')
    const copy = crashedCopy(ana.disk)
    const ids = await introduce(world, ana, bo)
    throughRelay(world)
    await ana.messenger.send(ids.ana, { text: 'it is me' })
    await bo.messenger.send(ids.bo, { text: 'hello' })
    await world.until(async () => (await texts(bo, ids.bo)).length === 2)
    await world.until(async () => (await texts(ana, ids.ana)).length === 2)
    await world.clock.advance(60_000)

    const thief = await world.person('Thief', copy)
    const { link } = await bo.messenger.invites.create()
    const contact = await thief.messenger.invites.connect(link)
    await thief.messenger.send(contact.conversationId, { text: 'I am Ana' })
    await world.until(async () => (await keysOf(bo)) === 'changed')
    await world.clock.advance(60_000)
    expect(await bo.messenger.contacts.list()).toHaveLength(1)
    expect(await bo.messenger.requests.list()).toEqual([])
    expect(await texts(bo, ids.bo)).not.toContain('I am Ana')
    await bo.messenger.send(ids.bo, { text: 'for Ana alone' })
    await world.until(async () => (await texts(ana, ids.ana)).includes('for Ana alone'))
    expect(await texts(thief, contact.conversationId)).toEqual(['I am Ana'])
    await end(world)
  })
})
