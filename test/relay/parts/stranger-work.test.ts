import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../relay/limits.ts'
import { createStrangerWork } from '../../../relay/mailbox/stranger-work.ts'
import { searchWork, workSeed } from '../../../src/protocol/mailbox/work.ts'

const mailboxId = new Uint8Array(32).fill(1)
const envelopeId = (seed: number): Uint8Array => {
  const id = new Uint8Array(32)
  new DataView(id.buffer).setUint32(0, seed)
  return id
}

function create(overrides: Partial<typeof defaultLimits> | object = {}) {
  const clock = { nowMs: 0 }
  const strangers = createStrangerWork({
    limits: { ...defaultLimits, workBits: 4, provenPuts: { burst: 1e9, perSecond: 1 }, ...overrides },
    now: () => clock.nowMs,
    random: (length) => new Uint8Array(length).fill(5),
  })
  const prove = (seed: number) => {
    const challenge = strangers.challenge(mailboxId)
    if (challenge === undefined) throw new Error('no challenge')
    const { token, bits } = challenge
    const id = envelopeId(seed)
    const nonce = searchWork(workSeed({ token, mailboxId, envelopeId: id }), bits, 0, 2 ** 16) ?? -1
    return strangers.prove(mailboxId, id, { token, nonce })
  }
  return { clock, strangers, provenFor: prove }
}

describe('the work of strangers', () => {
  it('is remembered when it was used, and only as much of it as there is room for', () => {
    const { provenFor, strangers } = create({ spentWork: 100 })
    for (let seed = 0; seed < 1000; seed++)
      expect(strangers.admit(mailboxId, { added: 1, held: 0, proven: provenFor(seed) })).toBeUndefined()
    expect(strangers.spent).toBe(100)
    expect(provenFor(999)).toBeUndefined()
    expect(provenFor(950)).toBeUndefined()
  })

  it('is remembered neither for a challenge nor for what was refused', () => {
    const { strangers } = create()
    for (let seed = 0; seed < 1000; seed++) {
      strangers.challenge(envelopeId(seed))
      const work = { token: envelopeId(seed), nonce: seed }
      expect(strangers.prove(mailboxId, envelopeId(seed), work)).toBeUndefined()
    }
    expect(strangers.spent).toBe(0)
  })

  it('is not used up by a deposit that has to wait', () => {
    const { provenFor, strangers, clock } = create({ provenPuts: { burst: 1, perSecond: 1 } })
    strangers.admit(mailboxId, { added: 1, held: 0, proven: provenFor(1) })
    const second = provenFor(2)
    expect(strangers.admit(mailboxId, { added: 1, held: 0, proven: second })).toEqual({ waitMs: 1000, helps: false })
    expect(strangers.spent).toBe(1)
    clock.nowMs = 1000
    expect(strangers.admit(mailboxId, { added: 1, held: 0, proven: second })).toBeUndefined()
  })

  it('counts once, when two deposits were found good before either was made', () => {
    const { provenFor, strangers } = create()
    const [one, two] = [provenFor(1), provenFor(1)]
    expect(strangers.admit(mailboxId, { added: 1, held: 0, proven: one })).toBeUndefined()
    expect(strangers.admit(mailboxId, { added: 1, held: 0, proven: two })).toEqual({ waitMs: 0, helps: true })
  })

  it('does not depend on a clock that was set back before 1970', () => {
    const { clock, provenFor } = create()
    clock.nowMs = -5_000_000
    expect(provenFor(1)).toBeDefined()
  })
})
