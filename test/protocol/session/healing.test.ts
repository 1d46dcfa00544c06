import { describe, expect, it } from 'vitest'
import { encodeSession } from '../../../src/protocol/session/codec.ts'
import { openHeader } from '../../../src/protocol/session/header.ts'
import { envelopeAt, forge, open } from '../../hostile/support/attacker.ts'
import { acquaint, hear, say } from './people.ts'

describe('a peer that shows different keys for one epoch', () => {
  it('is refused', async () => {
    const { ana, bo, random } = await acquaint()
    expect(await open(bo, forge(ana, { publicKey: random(1216) }, random))).toEqual({ failure: 'damaged' })
  })
})

describe('the header', () => {
  it('opens only with the key of its epoch', async () => {
    const { ana, bo, random } = await acquaint()
    const { envelope, session } = await say(ana, 'hello', random)
    const sealed = envelope.subarray(envelopeAt.header, envelopeAt.commit)
    const { turn } = session.ratchet
    const own = turn.kind === 'own' ? turn.chain.headerKey : new Uint8Array(32)
    expect(openHeader(sealed, own, session.transcript)).toHaveLength(2353)
    expect(openHeader(sealed, bo.ratchet.nextHeaderKey, session.transcript)).toBeUndefined()
    expect(openHeader(sealed, own, random(32))).toBeUndefined()
  })
})

describe('healing', () => {
  it('keeps nothing that opens what was opened, and nothing that opens the next turn of the peer', async () => {
    const { ana, bo, random } = await acquaint()
    const sent = await say(ana, 'secret', random)
    const heard = await hear(bo, sent.envelope)
    // The state after opening, stolen, does not open the message again.
    expect(await open(heard.session, sent.envelope)).toEqual({ failure: 'duplicate' })
    // Bo's state is stolen now; Bo's own next turn heals it: what Ana answers needs a key made after the theft.
    const stolen = heard.session
    const reply = await say(heard.session, 'healing', random)
    const replied = await hear(sent.session, reply.envelope)
    const answer = await say(replied.session, 'safe again', random)
    expect(await open(stolen, answer.envelope)).toEqual({ failure: 'not-mine' })
    expect((await hear(reply.session, answer.envelope)).text).toBe('safe again')
  })

  it('drops the secret key of an epoch with the answer to it', async () => {
    const { ana, bo, random } = await acquaint()
    const { turn } = ana.ratchet
    if (turn.kind !== 'own') throw new Error('not the own turn')
    const reply = await say(bo, 'reply', random)
    const heard = await hear(ana, reply.envelope)
    const encoded = Buffer.from(encodeSession(heard.session)).toString('latin1')
    for (const gone of [turn.chain.secretKey, turn.chain.chainKey, turn.chain.headerKey]) {
      expect(encoded).not.toContain(Buffer.from(gone).toString('latin1'))
    }
  })
})
