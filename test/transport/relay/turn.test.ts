import { describe, expect, it } from 'vitest'
import type { MailboxReply } from '../../../src/protocol/mailbox/command.ts'
import { limits } from '../../../src/transport/limits.ts'
import { createTurnLease } from '../../../src/transport/relay/turn.ts'
import { createFakeClock } from '../../support/world/clock.ts'

const hourMs = 3_600_000
const urls = ['turn:relay.example:3478']

function start(answer?: () => Promise<readonly MailboxReply[]>) {
  const clock = createFakeClock(1_000_000)
  const state = { asked: 0, live: true }
  const give = (): Promise<readonly MailboxReply[]> =>
    Promise.resolve([
      { kind: 'turn', urls, username: `u${state.asked}`, credential: 'secret', lifetimeMs: hourMs } as const,
    ])
  const lease = createTurnLease({
    clock,
    stream: () => {
      if (!state.live) return undefined
      return {
        call: () => {
          state.asked++
          return (answer ?? give)()
        },
      }
    },
  })
  return { clock, state, server: () => lease.server() }
}
const given = (number: number) => ({ urls, username: `u${number}`, credential: 'secret' })

describe('TURN credentials', () => {
  it('are asked for when they are needed, once for all dials', async () => {
    const { state, server } = start()
    expect(state.asked).toBe(0)
    expect(await Promise.all([server(), server()])).toEqual([given(1), given(1)])
    expect(await server()).toEqual(given(1))
    expect(state.asked).toBe(1)
  })

  it('are used with those addresses alone that a browser takes', async () => {
    const none = ['turn:!', 'turn:relay.example:65536', 'turn:relay.example?transport=carrier', 'turn://a']
    const answered = (...all: readonly string[]) =>
      start(() =>
        Promise.resolve([{ kind: 'turn', urls: all, username: 'u', credential: 'secret', lifetimeMs: hourMs }]),
      )
    expect(await answered(...none, ...urls).server()).toEqual({ urls, username: 'u', credential: 'secret' })
    expect(await answered(...none).server()).toBeUndefined()
  })

  it('are renewed beside a dial before they run out', async () => {
    const { clock, state, server } = start()
    await server()
    await clock.advance(hourMs / 2)
    expect(await server()).toEqual(given(1))
    await clock.advance(0)
    expect(await server()).toEqual(given(2))
    expect(state.asked).toBe(2)
  })

  it('that are as good as over are used no more', async () => {
    const { clock, server } = start()
    await server()
    await clock.advance(hourMs - limits.turnSpareMs)
    expect(await server()).toEqual(given(2))
  })

  it('are used on while the relay is away, as long as they last', async () => {
    const { clock, state, server } = start()
    await server()
    state.live = false
    await clock.advance(hourMs - limits.turnSpareMs - 1)
    expect(await server()).toEqual(given(1))
    await clock.advance(1)
    expect(await server()).toBeUndefined()
    state.live = true
    expect(await server()).toEqual(given(2))
  })

  it('are awaited for a moment only, and serve the next dial when they come late', async () => {
    const late = Promise.withResolvers<readonly MailboxReply[]>()
    const { clock, server } = start(() => late.promise)
    const waiting = server()
    await clock.advance(limits.turnWaitMs)
    expect(await waiting).toBeUndefined()
    late.resolve([{ kind: 'turn', urls, username: 'late', credential: 'c', lifetimeMs: hourMs }])
    await clock.advance(0)
    expect(await server()).toMatchObject({ username: 'late' })
  })

  it.each([
    ['refuses', () => Promise.resolve([{ kind: 'error', code: 'unknown-mailbox' } as const])],
    ['answers nothing', () => Promise.resolve([])],
    ['is lost', () => Promise.reject(new Error('lost'))],
  ])('are done without when the relay %s, which is not asked at each dial', async (_how, answer) => {
    const { clock, state, server } = start(answer)
    for (let dial = 0; dial < 5; dial++) expect(await server()).toBeUndefined()
    expect(state.asked).toBe(1)
    await clock.advance(limits.turnRestMs)
    expect(await server()).toBeUndefined()
    expect(state.asked).toBe(2)
  })

  it('of before the clock was set back are asked for again', async () => {
    const clock = createFakeClock(0)
    let aheadMs = hourMs
    let asked = 0
    const lease = createTurnLease({
      clock: { now: () => clock.now() + aheadMs, after: (delayMs, callback) => clock.after(delayMs, callback) },
      stream: () => ({
        call: () => {
          asked++
          return Promise.resolve([{ kind: 'turn', urls, username: 'u', credential: 'c', lifetimeMs: hourMs }])
        },
      }),
    })
    await lease.server()
    aheadMs = 0
    expect(await lease.server()).toBeDefined()
    expect(asked).toBe(2)
  })
})
