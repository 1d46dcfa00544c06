// A message that does not verify must change nothing: neither what opens next, nor the key that the honest one needs.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../src/protocol/bytes.ts'
import { encodeSession } from '../../src/protocol/session/codec.ts'
import { acquaint, hear, say } from '../protocol/session/people.ts'
import { envelopeAt, flip, lose, open } from './support/attacker.ts'

describe('a failed tag', () => {
  it('advances no state, wherever the envelope was changed', async () => {
    const { ana, bo, random } = await acquaint()
    const sent = await say(ana, 'hello', random)
    const before = encodeSession(bo)
    const expected = [
      [0, 'not-mine'],
      [envelopeAt.header, 'not-mine'],
      [envelopeAt.commit - 1, 'not-mine'],
      [envelopeAt.commit, 'damaged'],
      [envelopeAt.content, 'damaged'],
      [4095, 'damaged'],
    ] as const
    for (const [place, failure] of expected) {
      expect(await open(bo, flip(sent.envelope, place))).toEqual({ failure })
      expect(encodeSession(bo)).toEqual(before)
    }
    expect((await hear(bo, sent.envelope)).text).toBe('hello')
  })

  it('in the first message of an epoch keeps the KEM key for the honest one', async () => {
    const { ana, bo, random } = await acquaint()
    const reply = await say(bo, 'reply', random)
    const before = encodeSession(ana)
    expect(await open(ana, flip(reply.envelope, envelopeAt.content))).toEqual({ failure: 'damaged' })
    expect(encodeSession(ana)).toEqual(before)
    expect((await hear(ana, reply.envelope)).text).toBe('reply')
  })

  it('of a skipped message keeps its key', async () => {
    const { ana, bo, random } = await acquaint()
    const { lost, envelope } = await lose(ana, 1, random)
    const heard = await hear(bo, envelope)
    const late = lost[0] ?? envelope
    expect(await open(heard.session, flip(late, envelopeAt.content))).toEqual({ failure: 'damaged' })
    expect((await hear(heard.session, late)).text).toBe('lost 0')
  })

  it('changes nothing when an envelope is shortened or moved to another size', async () => {
    const { ana, bo, random } = await acquaint()
    const { envelope } = await say(ana, 'hello', random)
    expect(await open(bo, envelope.subarray(0, 4095))).toEqual({ failure: 'not-mine' })
    expect(await open(bo, concatBytes(envelope, new Uint8Array(4096)))).toEqual({ failure: 'damaged' })
    expect(await open(bo, new Uint8Array())).toEqual({ failure: 'not-mine' })
  })
})

describe('sealing and opening', () => {
  it('never change the session they are given', async () => {
    const { ana, bo, random } = await acquaint()
    const before = [encodeSession(ana), encodeSession(bo)]
    const { lost, envelope } = await lose(ana, 3, random)
    const heard = await hear(bo, envelope)
    const middle = encodeSession(heard.session)
    for (const late of lost) await hear(heard.session, late)
    await say(bo, 'hi', random)
    expect([encodeSession(ana), encodeSession(bo)]).toEqual(before)
    expect(encodeSession(heard.session)).toEqual(middle)
  })
})

describe('any change of an envelope', () => {
  it('leaves the session byte for byte as it was, and the honest envelope opens after it', async () => {
    const { ana, bo, random } = await acquaint()
    const { lost, envelope, session } = await lose(ana, 2, random)
    const heard = await hear(bo, lost[0] ?? envelope)
    const reply = await say(heard.session, 'reply', random)
    for (const [receiver, honest] of [
      [heard.session, envelope],
      [heard.session, lost[1] ?? envelope],
      [session, reply.envelope],
    ] as const) {
      const before = encodeSession(receiver)
      const place = fc.nat(honest.length - 1)
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1 }),
          async (changes) => {
            const changed = honest.slice()
            for (const [at, mask] of changes) changed[at] = (changed[at] ?? 0) ^ mask
            fc.pre(!Buffer.from(changed).equals(honest))
            expect(await open(receiver, changed)).toHaveProperty('failure')
            expect(Buffer.from(encodeSession(receiver)).equals(before)).toBe(true)
          },
        ),
        { numRuns: 100 },
      )
      expect(await open(receiver, honest)).toHaveProperty('content')
    }
  })
})
