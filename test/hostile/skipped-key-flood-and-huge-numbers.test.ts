// Numbers in a header cost the receiver hashing and memory: huge ones must be refused before they do, and floods stay bounded.

import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { limits } from '../../src/protocol/limits.ts'
import { acquaint, dayMs, hear, meet, say, startMs } from '../protocol/session/people.ts'
import { forge, lose, open, skipAhead } from './support/attacker.ts'

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
