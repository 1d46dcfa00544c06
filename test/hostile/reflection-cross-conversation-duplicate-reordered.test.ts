// What a network does with envelopes: it sends them back, twice, or in another order.

import { describe, expect, it } from 'vitest'
import { acquaint, hear, meet, say } from '../protocol/session/people.ts'
import { lose, open } from './support/attacker.ts'

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
