import { describe, expect, it } from 'vitest'
import { type Bytes, type Random, concatBytes, utf8 } from '../../../src/protocol/bytes.ts'
import { ratchetPrefix } from '../../../src/protocol/envelope/frame.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { encodeSession } from '../../../src/protocol/session/codec.ts'
import { sealBody } from '../../../src/protocol/session/body.ts'
import { type Header, openHeader, sealHeader } from '../../../src/protocol/session/header.ts'
import { stepChain } from '../../../src/protocol/session/keys.ts'
import { type OpenResult, openMessage } from '../../../src/protocol/session/open.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import type { Session } from '../../../src/protocol/session/session.ts'
import { acquaint, dayMs, hear, meet, say, startMs } from './people.ts'

const sealedHeaderAt = 1
const commitAt = sealedHeaderAt + 2393
const contentAt = commitAt + 32

async function open(session: Session, envelope: Bytes, nowMs: number = startMs): Promise<OpenResult> {
  return openMessage(session, envelope, { nowMs })
}

function flip(bytes: Bytes, at: number): Bytes {
  return bytes.with(at, (bytes[at] ?? 0) ^ 1)
}

/** What a peer of evil intent, who has the keys, can send in its own turn: any header, and a body that verifies. */
function forge(session: Session, changes: Partial<Header>, random: Random): Bytes {
  const { turn, epoch } = session.ratchet
  if (turn.kind !== 'own') throw new Error('not the own turn')
  const header: Header = {
    epoch,
    n: turn.chain.next,
    pn: turn.chain.previousCount,
    publicKey: turn.chain.publicKey,
    ciphertext: turn.chain.ciphertext,
    ...changes,
  }
  const sealedHeader = sealHeader(header, turn.chain.headerKey, session.transcript, random)
  const context = { transcript: session.transcript, prefix: ratchetPrefix, sealedHeader }
  const body = sealBody(stepChain(turn.chain.chainKey).messageKey, utf8('forged'), context)
  if (!body) throw new Error('the content is too long')
  return concatBytes(ratchetPrefix, sealedHeader, body)
}

/** Sends `count` messages of which only the last is kept. */
async function lose(session: Session, count: number, random: Random) {
  const lost: Bytes[] = []
  let current = session
  for (let index = 0; index < count; index++) {
    const sent = await say(current, `lost ${index}`, random)
    lost.push(sent.envelope)
    current = sent.session
  }
  const kept = await say(current, 'kept', random)
  return { lost, ...kept }
}

describe('a failed tag', () => {
  it('advances no state, wherever the envelope was changed', async () => {
    const { ana, bo, random } = await acquaint()
    const sent = await say(ana, 'hello', random)
    const before = encodeSession(bo)
    const expected = [
      [0, 'not-mine'],
      [sealedHeaderAt, 'not-mine'],
      [commitAt - 1, 'not-mine'],
      [commitAt, 'damaged'],
      [contentAt, 'damaged'],
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
    expect(await open(ana, flip(reply.envelope, contentAt))).toEqual({ failure: 'damaged' })
    expect(encodeSession(ana)).toEqual(before)
    expect((await hear(ana, reply.envelope)).text).toBe('reply')
  })

  it('of a skipped message keeps its key', async () => {
    const { ana, bo, random } = await acquaint()
    const { lost, envelope } = await lose(ana, 1, random)
    const heard = await hear(bo, envelope)
    const late = lost[0] ?? envelope
    expect(await open(heard.session, flip(late, contentAt))).toEqual({ failure: 'damaged' })
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

describe('numbers in a header', () => {
  it('that are huge are refused before anything is hashed for them', async () => {
    const { ana, bo, random } = await acquaint()
    const far = 2 ** 32 - 1
    const next = bo.ratchet.receiving?.next ?? 0
    for (const n of [next + limits.ratchetForwardJump + 1, far]) {
      expect(await open(bo, forge(ana, { n }, random))).toEqual({ failure: 'too-far' })
    }
    // Just within: tried, and found to be under another key of the chain.
    const inside = forge(ana, { n: next + limits.ratchetForwardJump }, random)
    expect(await open(bo, inside)).toEqual({ failure: 'damaged' })

    const begun = (await say(bo, 'lost', random)).session
    for (const changes of [{ n: limits.ratchetForwardJump + 1 }, { n: far }, { pn: far }]) {
      expect(await open(ana, forge(begun, changes, random))).toEqual({ failure: 'too-far' })
    }
  })

  it('must be those of the epoch', async () => {
    const { ana, bo, random } = await acquaint()
    expect(await open(bo, forge(ana, {}, random))).toHaveProperty('content')
    for (const epoch of [0, 1, 3, 4, Number.MAX_SAFE_INTEGER]) {
      expect(await open(bo, forge(ana, { epoch }, random))).toEqual({ failure: 'damaged' })
    }
    const begun = (await say(bo, 'lost', random)).session
    expect(await open(ana, forge(begun, {}, random))).toHaveProperty('content')
    // Fewer messages in the epoch before than have already arrived.
    expect(await open(ana, forge(begun, { pn: 0 }, random))).toEqual({ failure: 'damaged' })
  })

  it('cannot claim an epoch before the first reply', async () => {
    const { ana, bo, random } = await meet()
    const begun = (await say(bo, 'lost', random)).session
    expect(await open(ana, forge(begun, {}, random))).toHaveProperty('content')
    expect(await open(ana, forge(begun, { pn: 1 }, random))).toEqual({ failure: 'damaged' })
  })

  it('cannot reach beyond the end of an epoch that is over', async () => {
    const { ana, bo, random } = await acquaint()
    const reply = await say(bo, 'reply', random)
    const heard = await hear(ana, reply.envelope)
    const next = await say(heard.session, 'next', random)
    const moved = await hear(reply.session, next.envelope)
    expect(await open(moved.session, forge(ana, {}, random))).toEqual({ failure: 'damaged' })
  })
})

describe('a peer that shows different keys for one epoch', () => {
  it('is refused', async () => {
    const { ana, bo, random } = await acquaint()
    expect(await open(bo, forge(ana, { publicKey: random(1216) }, random))).toEqual({ failure: 'damaged' })
  })
})

describe('a flood of skipped messages', () => {
  it('keeps the newest keys up to the limit, and names the others too old', async () => {
    const { ana, bo, random } = await acquaint()
    const limit = limits.ratchetSkippedKeys
    const first = await lose(ana, 3, random)
    let heard = await hear(bo, first.envelope)
    // The chain moves on without envelopes: only the last of the next messages exists.
    const moved = await skipAhead(first.session, limit - 1)
    const late = await say(moved, 'far away', random)
    heard = await hear(heard.session, late.envelope)
    const { skipped } = heard.session.ratchet
    expect(skipped).toHaveLength(limit)
    expect(await open(heard.session, first.lost[0] ?? late.envelope)).toEqual({ failure: 'too-old' })
    expect(await open(heard.session, first.lost[1] ?? late.envelope)).toEqual({ failure: 'too-old' })
    expect((await hear(heard.session, first.lost[2] ?? late.envelope)).text).toBe('lost 2')
    expect(await open(heard.session, late.envelope)).toEqual({ failure: 'duplicate' })
  })

  it('over many epochs stays within the limits of keys and epochs', async () => {
    const { random, ...pair } = await acquaint()
    let { ana, bo } = pair
    const late: Bytes[] = []
    for (let turn = 0; turn < 8; turn++) {
      const { lost, envelope, session } = await lose(ana, 1, random)
      late.push(lost[0] ?? envelope)
      const heard = await hear(bo, envelope)
      const reply = await say(heard.session, 'reply', random)
      ana = (await hear(session, reply.envelope)).session
      bo = reply.session
    }
    expect(bo.ratchet.closed).toHaveLength(limits.ratchetOldEpochs)
    expect(bo.ratchet.skipped).toHaveLength(limits.ratchetOldEpochs + 1)
    const results = []
    for (const envelope of late) results.push('failure' in (await open(bo, envelope)) ? 'lost' : 'opened')
    expect(results).toEqual(['lost', 'lost', ...Array.from({ length: 6 }, () => 'opened')])
  })

  it('is forgotten after 37 days', async () => {
    const { ana, bo, random } = await acquaint()
    const { lost, envelope, session } = await lose(ana, 2, random)
    const heard = await hear(bo, envelope)
    expect(await open(heard.session, lost[0] ?? envelope, startMs + 37 * dayMs)).toHaveProperty('content')
    expect(await open(heard.session, lost[0] ?? envelope, startMs + 37 * dayMs + 1)).toEqual({ failure: 'too-old' })
    const next = await say(session, 'much later', random)
    const later = await hear(heard.session, next.envelope, startMs + 37 * dayMs + 1)
    expect(later.session.ratchet.skipped).toEqual([])
    expect(await open(later.session, lost[1] ?? envelope)).toEqual({ failure: 'too-old' })
  })
})

/** Moves the own chain on by `count` messages. */
async function skipAhead(session: Session, count: number): Promise<Session> {
  let current = session
  for (let index = 0; index < count; index++) {
    current = (await sealMessage(current, new Uint8Array(), { random: (length) => new Uint8Array(length), nowMs: 0 }))
      .session
  }
  return current
}

describe('the header', () => {
  it('opens only with the key of its epoch', async () => {
    const { ana, bo, random } = await acquaint()
    const { envelope, session } = await say(ana, 'hello', random)
    const sealed = envelope.subarray(sealedHeaderAt, commitAt)
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
