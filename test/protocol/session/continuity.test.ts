import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { derivePskId } from '../../../src/protocol/prekeys/psk.ts'
import {
  type Continuity,
  type Proof,
  acceptedPsks,
  continuityOf,
  goOn,
  ownProof,
  proofOf,
} from '../../../src/protocol/session/continuity.ts'
import type { Session } from '../../../src/protocol/session/session.ts'
import { type Pair, acquaint, hear, meet, say } from './people.ts'

function known(session: Session): Continuity {
  const continuity = continuityOf(session)
  if (continuity === undefined) throw new Error('there is nothing to go on from')
  return continuity
}

/** What the owner of a session proves now. */
function proved(session: Session): Bytes {
  return ownProof(known(session))?.psk ?? new Uint8Array(32)
}

/** What somebody who has heard all that is so takes it for. */
function judged(by: Continuity, psk: Bytes): Proof | undefined {
  return proofOf(by, derivePskId(psk))
}

/** Ana says something, and Bo: one turn of each, with what Bo remembers of what went before. */
async function turn({ ana, bo, random }: Pair, bos: Continuity): Promise<{ pair: Pair; bos: Continuity }> {
  const said = await say(ana, 'a', random)
  const heard = await hear(bo, said.envelope)
  const reply = await say(heard.session, 'b', random)
  const done = await hear(said.session, reply.envelope)
  const next = goOn(goOn(bos, heard.session), reply.session)
  return { pair: { ana: done.session, bo: reply.session, random }, bos: next }
}

describe('what goes on from a session', () => {
  it('is nothing before the first reply', async () => {
    const { ana, bo } = await meet()
    expect([continuityOf(ana), continuityOf(bo)]).toEqual([undefined, undefined])
  })

  it('is proved with another psk in every epoch, while what seals bundles stays the same', async () => {
    let pair = await acquaint()
    let bos = known(pair.bo)
    const psks = new Set<string>()
    const { contactPsk } = known(pair.ana)
    for (let round = 0; round < 4; round++) {
      ;({ pair, bos } = await turn(pair, bos))
      psks.add(Buffer.from(proved(pair.ana)).toString('hex'))
      expect(known(pair.ana).contactPsk).toEqual(contactPsk)
    }
    expect(psks.size).toBe(4)
  })

  it('is never proved by contactPsk alone', async () => {
    const { ana, bo } = await acquaint()
    const { contactPsk } = known(ana)
    expect(judged(known(bo), contactPsk)).toBeUndefined()
    expect(ownProof({ ...known(ana), exporters: [] })).toBeUndefined()
    expect(acceptedPsks({ ...known(bo), exporters: [] })).toEqual([])
  })

  it('is taken from the other whichever of two messages on their way arrives first', async () => {
    const { ana, bo, random } = await acquaint()
    // Bo has answered, and Ana does not know; then her next message, sealed before, arrives late.
    const late = await say(ana, 'late', random)
    const reply = await say(bo, 'reply', random)
    expect(judged(known(reply.session), proved(ana))).toMatchObject({ isOld: false })
    const both = await hear(reply.session, late.envelope)
    expect(judged(known(both.session), proved(late.session))).toMatchObject({ isOld: false })
    const heard = await hear(late.session, reply.envelope)
    expect(judged(known(both.session), proved(heard.session))).toMatchObject({ isOld: false })
    expect(judged(known(late.session), proved(both.session))).toMatchObject({ isOld: false })
  })
})

describe('an old copy of a device', () => {
  it('proves what is still taken until two more turns of the conversation', async () => {
    const start = await acquaint()
    const stolen = proved(start.ana)
    const one = await turn(start, known(start.bo))
    expect(judged(one.bos, stolen)).toMatchObject({ isOld: false })
    const two = await turn(one.pair, one.bos)
    expect(judged(two.bos, stolen)).toMatchObject({ isOld: true })
    expect(judged(two.bos, proved(two.pair.ana))).toMatchObject({ isOld: false })
  })

  it('is recognised for as many turns as are remembered, and is nobody after', async () => {
    let pair = await acquaint()
    let bos = known(pair.bo)
    const stolen = proved(pair.ana)
    for (let round = 0; round < limits.earlierProofs + 1; round++) ({ pair, bos } = await turn(pair, bos))
    expect(judged(bos, stolen)).toMatchObject({ isOld: true })
    expect(bos.earlier).toHaveLength(32 * limits.earlierProofs)
    ;({ pair, bos } = await turn(pair, bos))
    expect(bos.earlier).toHaveLength(32 * limits.earlierProofs)
    expect(judged(bos, stolen)).toBeUndefined()
    expect(judged(bos, proved(pair.ana))).toMatchObject({ isOld: false })
  })

  it('cannot prove to its own owner what the other has proved', async () => {
    const start = await acquaint()
    const { pair, bos } = await turn(start, known(start.bo))
    // Ana's copy says nothing that Bo's own device would say to Ana.
    expect(judged(known(pair.ana), proved(start.ana))).toBeUndefined()
    expect(judged(bos, proved(pair.bo))).toBeUndefined()
  })
})
