import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Held } from '../../../relay/held-bytes.ts'
import { createHeldBytes } from '../../../relay/held-bytes.ts'

/** Names of who was cut, in their order. Unless it is said otherwise, all stalls that is not new. */
function ledger(bounds: { readonly total: number; readonly perAddress: number; readonly stallMs?: number }) {
  const clock = { nowMs: 0 }
  const bytes = createHeldBytes({ stallMs: 0, ...bounds }, () => clock.nowMs)
  const cut: string[] = []
  return {
    cut,
    clock,
    hold: (name: string, address: string | undefined, size: number) => bytes.hold(address, size, () => cut.push(name)),
    offer: (name: string, address: string | undefined, size: number) =>
      bytes.offer(address, size, () => cut.push(name)),
  }
}

describe('bytes that wait for clients', () => {
  it('are cut for whoever waits longest at an address beyond its bound, and nobody elsewhere', () => {
    const { cut, hold } = ledger({ total: 1000, perAddress: 100 })
    hold('other', 'b', 90)
    hold('first', 'a', 60)
    const second = hold('second', 'a', 40)
    expect(cut).toEqual([])
    hold('third', 'a', 10)
    expect(cut).toEqual(['first'])
    second.release()
    hold('fourth', 'a', 90)
    expect(cut).toEqual(['first'])
  })

  it('are cut, when there is no room for all, at the address that holds most', () => {
    const { cut, hold } = ledger({ total: 300, perAddress: 100 })
    hold('small', 'd', 10)
    for (const address of ['a', 'b', 'c']) hold(`greedy ${address}`, address, 90)
    hold('new', 'e', 30)
    expect(cut).toEqual(['greedy a'])
    // Somebody who takes what they asked for is served however often the others ask.
    for (const address of ['a', 'b', 'c', 'a', 'b', 'c']) hold('greedy again', address, 95)
    expect(cut).not.toContain('small')
    expect(cut).not.toContain('new')
  })

  it('know no bound of their own where addresses cannot be told apart', () => {
    const { cut, hold } = ledger({ total: 300, perAddress: 100 })
    hold('first', undefined, 200)
    expect(cut).toEqual([])
    hold('second', undefined, 200)
    expect(cut).toEqual(['first'])
  })

  it('that are more than the bound by themselves are cut at once, also when they grew', () => {
    const { cut, hold } = ledger({ total: 300, perAddress: 100 })
    const held = hold('huge', 'a', 101)
    held.set(5)
    const grown = hold('grown', 'a', 1)
    grown.set(101)
    expect(cut).toEqual(['huge', 'grown'])
    hold('next', 'a', 100)
    expect(cut).toHaveLength(2)
  })

  it('never are more than the bounds, whatever is held, changed and released', () => {
    const step = fc.record({
      address: fc.constantFrom('a', 'b', undefined),
      bytes: fc.nat(120),
      of: fc.nat(9),
      act: fc.nat(2),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let nowMs = 0
        const bytes = createHeldBytes({ total: 250, perAddress: 100, stallMs: 10 }, () => (nowMs += 3))
        const open = new Map<Held, { readonly address: string | undefined; bytes: number }>()
        for (const { address, bytes: size, of, act } of steps) {
          const held = [...open.keys()][of]
          if (act === 0 || held === undefined) {
            const entry = { address, bytes: size }
            let isCut = false
            const added: Held = bytes.hold(address, size, () => {
              isCut = true
              for (const [known, value] of open) if (value === entry) open.delete(known)
            })
            if (!isCut) open.set(added, entry)
          } else if (act === 1) {
            const entry = open.get(held)
            if (entry !== undefined) entry.bytes = size
            held.set(size)
          } else {
            open.delete(held)
            held.release()
          }
          const sum = (of: readonly { readonly bytes: number }[]) => of.reduce((all, entry) => all + entry.bytes, 0)
          const entries = [...open.values()]
          expect(sum(entries)).toBeLessThanOrEqual(250)
          expect(sum(entries.filter((entry) => entry.address === 'a'))).toBeLessThanOrEqual(100)
        }
      }),
    )
  })
})

describe('behind one address', () => {
  const bounds = { total: 1000, perAddress: 100, stallMs: 10 }

  it('everybody gets what they asked for while it moves, and who comes meanwhile is refused', () => {
    const { cut, clock, offer } = ledger(bounds)
    const all = Array.from({ length: 10 }, (_, index) => offer(String(index), 'school', 10))
    for (let bytes = 9; bytes > 0; bytes--) {
      clock.nowMs += 9
      for (const held of all) {
        held?.set(bytes)
        // What was taken is given to somebody else, as far as it goes.
        expect(offer('late', 'school', 100)).toBeUndefined()
      }
    }
    expect(cut).toEqual([])
    for (const held of all) held?.release()
    expect(offer('late', 'school', 100)).toBeDefined()
  })

  it('what does not move is cut for who comes, and what moved is not', () => {
    const { cut, clock, offer } = ledger(bounds)
    const moving = offer('moving', 'school', 30)
    offer('stalled', 'school', 40)
    offer('stalled later', 'school', 30)
    clock.nowMs = 9
    moving?.moved()
    expect(offer('early', 'school', 40)).toBeUndefined()
    clock.nowMs = 10
    expect(offer('new', 'school', 40)).toBeDefined()
    expect(cut).toEqual(['stalled'])
  })

  it('nobody is cut for somebody for whom that makes no room', () => {
    const { cut, clock, offer } = ledger(bounds)
    offer('stalled', 'school', 40)
    clock.nowMs = 10
    offer('moving', 'school', 50)
    expect(offer('new', 'school', 60)).toBeUndefined()
    expect(cut).toEqual([])
    expect(offer('smaller', 'school', 50)).toBeDefined()
    expect(cut).toEqual(['stalled'])
  })

  it('nobody is cut who holds nothing', () => {
    const { cut, clock, hold, offer } = ledger(bounds)
    hold('handled', 'school', 0)
    offer('stalled', 'school', 100)
    clock.nowMs = 10
    expect(offer('new', 'school', 10)).toBeDefined()
    expect(cut).toEqual(['stalled'])
  })

  it('what grows beyond the bound is cut itself, while all else moves', () => {
    const { cut, hold, offer } = ledger(bounds)
    offer('answer', 'school', 90)
    const request = hold('request', 'school', 5)
    request.set(20)
    expect(cut).toEqual(['request'])
  })
})

describe('over all addresses', () => {
  it('the one that holds most loses to who comes, though it moves, and not to who would hold as much', () => {
    const { cut, offer } = ledger({ total: 300, perAddress: 100, stallMs: 10 })
    for (const address of ['a', 'b', 'c']) offer(address, address, 100)
    expect(offer('as large', 'd', 100)).toBeUndefined()
    expect(cut).toEqual([])
    expect(offer('small', 'd', 10)).toBeDefined()
    expect(cut).toEqual(['a'])
  })
})
