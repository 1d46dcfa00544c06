// What a network does with envelopes: it sends them back, twice, or in another order.

import { describe, expect, it } from 'vitest'
import { fromHex, utf8 } from '../../src/protocol/bytes.ts'
import { sha256 } from '../../src/protocol/primitives/hash.ts'
import { acquaint, hear, meet, say } from '../protocol/session/people.ts'
import { handsOf } from '../support/world/hands.ts'
import { introduce } from '../support/world/world.ts'
import { lose, open } from './support/attacker.ts'
import { acquainted, texts } from './support/story.ts'

describe('a reflected message', () => {
  it('opens on neither side', async () => {
    const { ana, bo, random } = await meet()
    const fromAna = await say(ana, 'mine', random)
    expect(await open(fromAna.session, fromAna.envelope)).toEqual({ failure: 'not-mine' })
    const fromBo = await say(bo, 'mine', random)
    expect(await open(fromBo.session, fromBo.envelope)).toEqual({ failure: 'not-mine' })
    const heard = await hear(fromAna.session, fromBo.envelope)
    expect(await open(heard.session, fromAna.envelope)).toEqual({ failure: 'not-mine' })
  })
})

describe('a duplicate', () => {
  it('is told apart in the current epoch, in an old one, and after it was late', async () => {
    const { ana, bo, random } = await acquaint()
    const { lost, envelope, session } = await lose(ana, 2, random)
    let heard = await hear(bo, envelope)
    expect(await open(heard.session, envelope)).toEqual({ failure: 'duplicate' })
    heard = await hear(heard.session, lost[0] ?? envelope)
    expect(await open(heard.session, lost[0] ?? envelope)).toEqual({ failure: 'duplicate' })

    const reply = await say(heard.session, 'reply', random)
    const replied = await hear(session, reply.envelope)
    const next = await say(replied.session, 'next', random)
    const moved = await hear(reply.session, next.envelope)
    expect(await open(moved.session, envelope)).toEqual({ failure: 'duplicate' })
    expect(await open(moved.session, lost[0] ?? envelope)).toEqual({ failure: 'duplicate' })
    const late = await hear(moved.session, lost[1] ?? envelope)
    expect(late.text).toBe('lost 1')
    expect(await open(late.session, lost[1] ?? envelope)).toEqual({ failure: 'duplicate' })
  })
})

describe('reordered messages', () => {
  it('open in any order, also across epochs', async () => {
    const { ana, bo, random } = await acquaint()
    const first = await lose(ana, 2, random)
    let heard = await hear(bo, first.lost[1] ?? first.envelope)
    const reply = await say(heard.session, 'reply', random)
    const replied = await hear(first.session, reply.envelope)
    const second = await lose(replied.session, 2, random)
    heard = await hear(reply.session, second.envelope)
    const late = [second.lost[1], first.envelope, first.lost[0], second.lost[0]]
    const texts = []
    for (const envelope of late) {
      heard = await hear(heard.session, envelope ?? first.envelope)
      texts.push(heard.text)
    }
    expect(texts).toEqual(['lost 1', 'kept', 'lost 0', 'lost 0'])
    expect(heard.session.ratchet.skipped).toEqual([])
  })
})

describe('whole messengers', () => {
  it('hear nothing of their own messages that come back, nor anything twice, in whatever order', async () => {
    await using story = await acquainted('reflection')
    const { world, ana, bo, ids, pushed } = story
    await bo.messenger.send(ids.bo, { text: 'from bo' })
    for (const text of ['one', 'two', 'three']) await ana.messenger.send(ids.ana, { text })
    await world.until(async () => (await texts(bo, ids.bo)).length === 4)
    await world.until(async () => (await texts(ana, ids.ana)).length === 4)
    await world.clock.advance(30_000)
    const before = [await texts(ana, ids.ana), await texts(bo, ids.bo)]
    // Everything that was ever pushed, backwards and twice, into the mailboxes of both.
    await ana.messenger.close()
    await bo.messenger.close()
    const envelopes = pushed.flatMap(({ items }) => items.map(({ bytes }) => bytes)).toReversed()
    for (const person of [ana, bo]) {
      const hands = await handsOf(world, person)
      for (const envelope of [...envelopes, ...envelopes]) await hands.putEnvelopes([envelope])
    }
    const [again, too] = [await ana.reopen(), await bo.reopen()]
    await world.clock.advance(60_000)
    expect([await texts(again, ids.ana), await texts(too, ids.bo)]).toEqual(before)
    await again.messenger.send(ids.ana, { text: 'and on' })
    await world.until(async () => (await texts(too, ids.bo)).includes('and on'))
  })

  it('hear nothing that a contact writes for a conversation with somebody else', async () => {
    await using story = await acquainted('cross')
    const { world, ana, bo, ids } = story
    const carol = await world.person('Carol')
    const withCarol = await introduce(world, carol, bo)
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    const foreign = fromHex(withCarol.bo) ?? sha256(utf8('none')).subarray(0, 16)
    for (const conversationId of [foreign, new Uint8Array(16), new Uint8Array(16).fill(255)]) {
      await hands.put([{ kind: 'message', text: 'I am Carol', media: [] }], { conversationId })
    }
    await hands.put([{ kind: 'message', text: 'I am Ana', media: [] }])
    await world.until(async () => (await texts(bo, ids.bo)).includes('I am Ana'))
    await world.clock.advance(30_000)
    expect(await texts(bo, ids.bo)).toEqual(['I am Ana'])
    expect(await texts(bo, withCarol.bo)).toEqual([])
  })
})
