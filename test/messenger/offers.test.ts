import { describe, expect, it } from 'vitest'
import { offerStep } from '../../src/messenger/delivery/offers.ts'
import type { Offering, Pool } from '../../src/messenger/delivery/offers.ts'
import type { MailboxRow } from '../../src/messenger/records/rows.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
const now = Date.UTC(2026, 10, 22)
const psk = new Uint8Array(32).fill(1)
const pskId = new Uint8Array(16).fill(2)
const address: Offering = { psk, use: 'reusable', oneTimeCount: 100 }
const oneUse: Offering = { psk, use: 'one-use', oneTimeCount: 1 }

function offer(change: Partial<NonNullable<MailboxRow['offer']>> = {}): MailboxRow['offer'] {
  return { madeAt: now, pskId, state: 'offered', renewAt: now + 5 * dayMs, ...change }
}

const step = (
  ageMs: number,
  options: { offering?: Offering; pool?: Pool; made?: MailboxRow['offer']; pskId?: Uint8Array } = {},
) =>
  offerStep(options.made ?? offer(), options.offering ?? address, {
    pskId: options.pskId ?? pskId,
    pool: options.pool,
    nowMs: now + ageMs,
  })

describe('what is to be done for a bundle', () => {
  it('is to make one where there is none', () => {
    expect(offerStep(undefined, address, { pskId, pool: undefined, nowMs: now })).toBe('make')
  })

  it('is nothing until it gets old, then another', () => {
    const pool = { main: true, oneTime: 100 }
    expect(step(5 * dayMs - 1, { pool })).toBe('nothing')
    expect(step(5 * dayMs, { pool })).toBe('make')
    expect(step(5 * dayMs)).toBe('make')
  })

  it('is to put the same again while it is under way, and another after a day', () => {
    const made = offer({ state: 'pending' })
    expect(step(1, { made })).toBe('put')
    expect(step(dayMs - 1, { made })).toBe('put')
    expect(step(dayMs, { made })).toBe('make')
  })

  it('is another for another psk, but not more often than once an hour', () => {
    const other = new Uint8Array(16).fill(3)
    expect(step(hourMs - 1, { pskId: other })).toBe('nothing')
    expect(step(hourMs, { pskId: other })).toBe('make')
    expect(step(hourMs - 1, { pskId: other, made: offer({ state: 'pending' }) })).toBe('put')
    expect(step(hourMs, { pskId: other, made: offer({ state: 'pending' }) })).toBe('make')
  })

  it('is another when the relay lost it, or a day later when most of it was taken', () => {
    expect(step(hourMs - 1, { pool: { main: false, oneTime: 0 } })).toBe('nothing')
    expect(step(hourMs, { pool: { main: false, oneTime: 0 } })).toBe('make')
    expect(step(dayMs - 1, { pool: { main: true, oneTime: 24 } })).toBe('nothing')
    expect(step(dayMs, { pool: { main: true, oneTime: 24 } })).toBe('make')
    expect(step(dayMs, { pool: { main: true, oneTime: 25 } })).toBe('nothing')
  })

  it('is another when the clock was set back to before it was made', () => {
    expect(step(-1, { pool: { main: true, oneTime: 0 } })).toBe('nothing')
    expect(step(-dayMs, { pool: { main: false, oneTime: 0 } })).toBe('make')
  })

  it('is another at once when the clock was ahead when it was made, in whatever state it is', () => {
    const pool = { main: true, oneTime: 100 }
    expect(step(-dayMs, { pool })).toBe('nothing')
    expect(step(-dayMs - 1, { pool })).toBe('make')
    expect(step(-dayMs - 1)).toBe('make')
    expect(step(-dayMs - 1, { made: offer({ state: 'pending' }) })).toBe('make')
    expect(step(-dayMs - 1, { offering: oneUse, pool: { main: true, oneTime: 1 } })).toBe('make')
  })

  it('is nothing for one use once it was taken, until it can be used no more', () => {
    const offering = oneUse
    expect(step(6 * dayMs, { offering, pool: { main: true, oneTime: 0 } })).toBe('nothing')
    expect(step(8 * dayMs, { offering, pool: { main: true, oneTime: 0 } })).toBe('make')
    expect(step(6 * dayMs, { offering, pool: { main: true, oneTime: 1 } })).toBe('make')
    expect(step(4 * dayMs, { offering, pool: { main: true, oneTime: 1 } })).toBe('nothing')
    expect(step(4 * dayMs, { offering, pool: { main: false, oneTime: 0 } })).toBe('make')
    // A relay that does not say.
    expect(step(6 * dayMs, { offering })).toBe('nothing')
  })
})
