import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { limits } from '../../../src/protocol/limits.ts'
import type { Session } from '../../../src/protocol/session/session.ts'
import { contactPsk } from '../../../src/protocol/session/session.ts'
import { type Continuity, continuityOf, ownProof } from '../../../src/protocol/session/continuity.ts'
import {
  type Sessions,
  activeSession,
  addSession,
  continuities,
  isUnanswered,
  noSessions,
  provingSessions,
  pruneSessions,
  replaceSession,
  standingOf,
} from '../../../src/protocol/session/sessions.ts'
import { type Pair, acquaint, dayMs, hear, meet, say, startMs } from './people.ts'

const now = startMs
const sidOf = (session: Session): Bytes => session.sid
const active = (held: Sessions): Bytes | undefined => activeSession(held)?.sid

/** A pair that has met; after the reply Ana has an acknowledged session, after the answer Bo has one too. */
async function steps(seed: string) {
  const met = await meet({ seed })
  const { random } = met
  const reply = await say(met.bo, 'hi', random)
  const heard = await hear(met.ana, reply.envelope)
  const answer = await say(heard.session, 'and you', random)
  const done = await hear(reply.session, answer.envelope)
  const third = await say(done.session, 'fine', random)
  const mutual = await hear(answer.session, third.envelope)
  return {
    ana: { begun: met.ana, acknowledged: answer.session, mutual: mutual.session },
    bo: { begun: met.bo, answered: reply.session, acknowledged: third.session },
  }
}

const psksOf = (known: readonly Continuity[]): Bytes[] => known.map((continuity) => continuity.contactPsk)
/** What its holder proves now. */
const proofOf = (session: Session) => {
  const continuity = continuityOf(session)
  return continuity && ownProof(continuity)
}

const smaller = (a: Session, b: Session): boolean => Buffer.compare(a.sid, b.sid) < 0

/** Two sessions that crossed, as Ana holds them: hers, of which she is the initiator, and Bo's. */
async function crossed(hersIsSmaller: boolean) {
  for (let seed = 0; ; seed++) {
    const hers = await steps(`hers ${seed}`)
    const his = await steps(`his ${seed}`)
    if (smaller(hers.ana.begun, his.bo.begun) === hersIsSmaller) return { hers, his }
  }
}

describe('the session used for sending', () => {
  it('is the only one there is, and nothing where there is none', async () => {
    const { ana } = await meet()
    expect(activeSession(noSessions)).toBeUndefined()
    expect(active(addSession(noSessions, ana, 1, now))).toEqual(sidOf(ana))
  })

  it('is the newest generation, though it is not acknowledged and the older one is', async () => {
    const old = await acquaint({ seed: 'old' })
    const fresh = await meet({ seed: 'fresh' })
    const held = addSession(addSession(noSessions, old.ana, 1, now), fresh.ana, 2, now)
    expect(active(held)).toEqual(sidOf(fresh.ana))
    expect(isUnanswered(fresh.ana)).toBe(true)
    expect(isUnanswered(old.ana)).toBe(false)
  })

  it('is never an older one again, whatever arrives in it', async () => {
    const old = await steps('old')
    const fresh = await meet({ seed: 'fresh' })
    const held = addSession(addSession(noSessions, old.bo.answered, 1, now), fresh.bo, 2, now)
    const later = replaceSession(held, 1, old.bo.acknowledged, now)
    expect(active(later)).toEqual(sidOf(fresh.bo))
    expect(continuities(later)).toEqual([])
  })

  it('is the last one that the same side began', async () => {
    const [first, second] = [await meet({ seed: 'first' }), await meet({ seed: 'second' })]
    expect(active(addSession(addSession(noSessions, first.bo, 2, now), second.bo, 2, now))).toEqual(sidOf(second.bo))
    expect(active(addSession(addSession(noSessions, second.bo, 2, now), first.bo, 2, now))).toEqual(sidOf(first.bo))
  })
})

describe('two people who begin at the same time', () => {
  it.each([true, false])(
    'answer each other, and go on in the smaller sid (the initiator’s: %s)',
    async (hersIsSmaller) => {
      const { hers, his } = await crossed(hersIsSmaller)
      // Ana began `hers`, Bo `his`; `his.ana` in this test’s words is the one who began it, so Bo.
      let ana = addSession(addSession(noSessions, hers.ana.begun, 2, now), his.bo.begun, 2, now)
      let bo = addSession(addSession(noSessions, his.ana.begun, 2, now), hers.bo.begun, 2, now)
      expect(active(ana)).toEqual(sidOf(his.bo.begun))
      expect(active(bo)).toEqual(sidOf(hers.bo.begun))
      const at = (held: Sessions, session: Session): number =>
        held.sessions.findIndex((entry) => Buffer.compare(entry.session.sid, session.sid) === 0)
      ana = replaceSession(ana, at(ana, hers.ana.begun), hers.ana.acknowledged, now)
      bo = replaceSession(bo, at(bo, his.ana.begun), his.ana.acknowledged, now)
      const wanted = hersIsSmaller ? sidOf(hers.ana.begun) : sidOf(his.bo.begun)
      expect([active(ana), active(bo)]).toEqual([wanted, wanted])
    },
  )

  it('go on in the one that both have, when the other was lost', async () => {
    const { hers, his } = await crossed(true)
    let ana = addSession(addSession(noSessions, hers.ana.begun, 2, now), his.bo.begun, 2, now)
    ana = replaceSession(ana, 0, his.bo.acknowledged, now)
    expect(active(ana)).toEqual(sidOf(his.bo.begun))
  })

  it('have the psk of the session they ended in, not of the other', async () => {
    const { hers, his } = await crossed(true)
    const old = await acquaint({ seed: 'old' })
    let ana = addSession(noSessions, old.ana, 1, now)
    ana = addSession(addSession(ana, hers.ana.begun, 2, now), his.bo.begun, 2, now)
    ana = replaceSession(ana, 0, his.bo.acknowledged, now)
    ana = replaceSession(ana, 1, hers.ana.acknowledged, now)
    expect(psksOf(ana.psks)).toEqual([contactPsk(hers.ana.acknowledged), contactPsk(old.ana)])
  })
})

describe('psks', () => {
  it('are those of the newest acknowledged session and the one before', async () => {
    const chain = await Promise.all(['a', 'b', 'c'].map((seed) => acquaint({ seed })))
    let held: Sessions = noSessions
    for (const [index, { ana }] of chain.entries()) held = addSession(held, ana, index + 1, now)
    const [, b, c] = chain.map(({ ana }) => contactPsk(ana))
    expect(psksOf(held.psks)).toEqual([c, b])
    expect(held.generation).toBe(3)
  })

  it('stay when the sessions are gone', async () => {
    const { ana } = await acquaint()
    const held = addSession(noSessions, ana, 1, now)
    expect(psksOf(continuities({ ...held, sessions: [] }))).toEqual([contactPsk(ana)])
  })

  it('of a session that I answered count for the peer, who may have heard me, and not yet for me', async () => {
    const old = await acquaint({ seed: 'old' })
    const fresh = await steps('fresh')
    const held = addSession(addSession(noSessions, old.bo, 1, now), fresh.bo.answered, 2, now)
    expect(psksOf(held.psks)).toEqual([contactPsk(old.bo)])
    expect(psksOf(continuities(held))).toEqual([contactPsk(fresh.bo.answered), contactPsk(old.bo)])
  })
})

describe('a new session', () => {
  const held = async (pair: Pair, role: 'ana' | 'bo'): Promise<Sessions> => addSession(noSessions, pair[role], 1, now)

  it('with the newest psk is the next generation', async () => {
    const pair = await acquaint()
    expect(standingOf(await held(pair, 'bo'), proofOf(pair.bo), now)).toEqual({ kind: 'next', generation: 2 })
  })

  it('by an invite is the first one, as long as no other is acknowledged', async () => {
    const { ana } = await meet()
    expect(standingOf(noSessions, undefined, now)).toEqual({ kind: 'next', generation: 1 })
    expect(standingOf(addSession(noSessions, ana, 1, now), undefined, now)).toEqual({ kind: 'next', generation: 1 })
  })

  it('by an invite is a change of keys once another is acknowledged by both', async () => {
    const pair = await acquaint()
    expect(standingOf(await held(pair, 'bo'), undefined, now)).toEqual({ kind: 'outdated' })
  })

  it('with the psk before is late while the peer may not know better, and a change of keys from then on', async () => {
    const old = await acquaint({ seed: 'old' })
    const fresh = await steps('fresh')
    const begun = addSession(await held(old, 'ana'), fresh.ana.begun, 2, now)
    const answered = replaceSession(begun, 0, fresh.ana.acknowledged, now)
    const psk = proofOf(old.ana)
    expect(standingOf(begun, psk, now)).toEqual({ kind: 'next', generation: 2 })
    expect(standingOf(answered, psk, now)).toEqual({ kind: 'late', generation: 1 })
    expect(standingOf(answered, psk, now + limits.sessionCrossingMs + 1)).toEqual({ kind: 'outdated' })
    const mutual = replaceSession(answered, 0, fresh.ana.mutual, now)
    expect(standingOf(mutual, psk, now)).toEqual({ kind: 'outdated' })
  })

  it('that is late never displaces the acknowledged one', async () => {
    const old = await acquaint({ seed: 'old' })
    const fresh = await steps('fresh')
    const late = await meet({ seed: 'late' })
    const begun = addSession(await held(old, 'ana'), fresh.ana.begun, 2, now)
    const answered = replaceSession(begun, 0, fresh.ana.acknowledged, now)
    expect(active(addSession(answered, late.bo, 1, now))).toEqual(sidOf(fresh.ana.begun))
  })
})

describe('older sessions', () => {
  it('are five at most, the oldest go first', async () => {
    let held: Sessions = noSessions
    const all = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => meet({ seed: `session ${n}` })))
    for (const [index, { bo }] of all.entries()) held = addSession(held, bo, index + 1, now)
    expect(held.sessions.map(({ session }) => session.sid)).toEqual(
      all
        .map(({ bo }) => bo.sid)
        .toReversed()
        .slice(0, 6),
    )
  })

  it('receive for seven days, and are gone then', async () => {
    const [old, fresh] = [await acquaint({ seed: 'old' }), await meet({ seed: 'fresh' })]
    const held = addSession(addSession(noSessions, old.ana, 1, now), fresh.ana, 2, now)
    expect(pruneSessions(held, now + 7 * dayMs - 1).sessions).toHaveLength(2)
    expect(pruneSessions(held, now + 7 * dayMs).sessions.map(({ session }) => session.sid)).toEqual([fresh.ana.sid])
    // What arrives in them does not make their time longer.
    const used = replaceSession(held, 1, old.ana, now + dayMs)
    expect(pruneSessions(used, now + 7 * dayMs).sessions).toHaveLength(1)
  })

  it('do not include the one in use, however old it is', async () => {
    const { ana } = await acquaint()
    const held = addSession(noSessions, ana, 1, now)
    expect(pruneSessions(held, now + 1000 * dayMs)).toBe(held)
  })
})

describe('sessions that prove a peer elsewhere', () => {
  it('are all of them until the newest is known to be acknowledged by both, then that one alone', async () => {
    const old = await acquaint({ seed: 'old' })
    const fresh = await steps('fresh')
    const begun = addSession(addSession(noSessions, old.ana, 1, now), fresh.ana.begun, 2, now)
    const answered = replaceSession(begun, 0, fresh.ana.acknowledged, now)
    const mutual = replaceSession(answered, 0, fresh.ana.mutual, now)
    const sids = (held: Sessions): Bytes[] => provingSessions(held).map(sidOf)
    expect(sids(answered)).toEqual([sidOf(fresh.ana.begun), sidOf(old.ana)])
    expect(sids(mutual)).toEqual([sidOf(fresh.ana.begun)])
    expect(sids(noSessions)).toEqual([])
  })
})
