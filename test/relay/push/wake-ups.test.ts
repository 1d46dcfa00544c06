// When browsers are woken: on a clock that waits, with a service that answers as the test says.

import { describe, expect, it } from 'vitest'
import type { RelayLimits } from '../../../relay/limits.ts'
import { defaultLimits } from '../../../relay/limits.ts'
import { createLog } from '../../../relay/log.ts'
import type { Hub } from '../../../relay/mailbox/hub.ts'
import { createHub, keyOf } from '../../../relay/mailbox/hub.ts'
import { createMetrics } from '../../../relay/metrics.ts'
import { createPushQueue } from '../../../relay/push/queue.ts'
import type { PushOutcome } from '../../../relay/push/send.ts'
import { createWakeUps } from '../../../relay/push/wake-ups.ts'
import type { PushStore } from '../../../relay/storage/push-store.ts'
import { createFakeClock } from '../../support/world/clock.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const box = (fill: number) => new Uint8Array(32).fill(fill)
const at = (name: string) => `https://push.example/${name}`

function world(overrides: Partial<RelayLimits> = {}) {
  const started = Date.UTC(2026, 0, 1)
  const clock = createFakeClock(started)
  const limits = { ...defaultLimits, ...overrides }
  const hub: Hub = createHub()
  const rows = new Map<string, { endpoint: string; id: Uint8Array; woken: number }[]>()
  const newest = new Map<string, number>()
  let behindMs = 0
  const sent: string[] = []
  const minutes: number[] = []
  const outcomes = new Map<string, PushOutcome[]>()
  const held = new Map<string, () => void>()
  const holding = new Set<string>()
  const newestOf = (id: Uint8Array) => newest.get(keyOf(id)) ?? 0
  const store: PushStore = {
    set: () => Promise.resolve('ok'),
    find: (id) =>
      Promise.resolve((rows.get(keyOf(id)) ?? []).map(({ endpoint }) => ({ endpoint, newest: newestOf(id) }))),
    async woken(endpoint, boxes) {
      for (const { id, newest: upTo } of boxes)
        for (const row of rows.get(keyOf(id)) ?? []) if (row.endpoint === endpoint) row.woken = upTo
    },
    async forget(endpoint) {
      for (const [key, list] of rows)
        rows.set(
          key,
          list.filter((row) => row.endpoint !== endpoint),
        )
    },
    unwoken: ({ after }) =>
      Promise.resolve({
        items: [...rows.values()]
          .flat()
          .filter(({ id, woken }) => newestOf(id) > woken)
          .map(({ endpoint, id }) => ({ endpoint, id, newest: newestOf(id) }))
          .slice(after, after + 1),
        after: after + 1,
        more: after < 10,
      }),
  }
  const metrics = createMetrics()
  const start = () =>
    createWakeUps({
      store,
      hub,
      sender: {
        async send(endpoint) {
          sent.push(endpoint.slice(at('').length))
          minutes.push((clock.now() - started) / minuteMs)
          if (holding.has(endpoint)) await new Promise<void>((resolve) => held.set(endpoint, resolve))
          return outcomes.get(endpoint)?.shift() ?? { kind: 'sent' }
        },
        close: () => undefined,
      },
      queue: createPushQueue({ rule: { hosts: ['push.example'], allowLoopback: false }, limits }),
      limits,
      metrics,
      log: createLog('silent'),
      now: () => clock.now() - behindMs,
      after: (delayMs, callback) => clock.after(delayMs, callback),
    })
  const wakeUps = start()
  return {
    clock,
    hub,
    sent,
    minutes,
    setBack: (ms: number) => (behindMs = ms),
    metrics,
    rows,
    wakeUps,
    start,
    subscribe(fill: number, name: string) {
      const list = rows.get(keyOf(box(fill))) ?? []
      rows.set(keyOf(box(fill)), [...list, { endpoint: at(name), id: box(fill), woken: newestOf(box(fill)) }])
    },
    answers: (name: string, ...list: PushOutcome[]) => outcomes.set(at(name), list),
    hold: (name: string) => holding.add(at(name)),
    release(name: string) {
      holding.delete(at(name))
      held.get(at(name))?.()
    },
    /** One more envelope, and what follows at once. */
    async put(fill: number, of = wakeUps) {
      newest.set(keyOf(box(fill)), newestOf(box(fill)) + 1)
      of.stored(box(fill))
      await clock.advance(0)
    },
    wokenTo: (fill: number) => rows.get(keyOf(box(fill)))?.map(({ woken }) => woken),
  }
}

function listener(clock: { now(): number }) {
  let heardAtMs = clock.now()
  return {
    wake: () => undefined,
    hear: () => (heardAtMs = clock.now()),
    get heardAtMs() {
      return heardAtMs
    },
    ownPeerId: 'peer',
  }
}

describe('a closed browser', () => {
  it('is woken at once, and one without a subscription is not', async () => {
    const { put, sent, subscribe, wokenTo } = world()
    subscribe(1, 'phone')
    await put(1)
    await put(2)
    expect(sent).toEqual(['phone'])
    expect(wokenTo(1)).toEqual([1])
  })

  it('is woken once for many envelopes in many mailboxes, and again a minute later for what came since', async () => {
    const { clock, put, sent, subscribe } = world()
    subscribe(1, 'phone')
    subscribe(2, 'phone')
    for (let times = 0; times < 20; times += 1) {
      await put(1)
      await put(2)
    }
    expect(sent).toEqual(['phone'])
    await clock.advance(minuteMs - 1)
    expect(sent).toHaveLength(1)
    await clock.advance(1)
    expect(sent).toHaveLength(2)
    await clock.advance(hourMs)
    expect(sent).toHaveLength(2)
  })

  it('is woken more and more seldom while nothing is fetched, once an hour at the least', async () => {
    const { clock, put, minutes, subscribe } = world()
    subscribe(1, 'phone')
    for (let minute = 0; minute < 300; minute += 1) {
      await put(1)
      await clock.advance(minuteMs)
    }
    expect(minutes).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243])
  })

  it('is woken a minute after the last time once something was fetched', async () => {
    const { clock, put, sent, subscribe, wakeUps } = world()
    subscribe(1, 'phone')
    for (let minute = 0; minute < 40; minute += 1) {
      await put(1)
      await clock.advance(minuteMs)
    }
    const before = sent.length
    wakeUps.fetched(box(1))
    await put(1)
    await put(1)
    await clock.advance(minuteMs)
    expect(sent.length).toBe(before + 1)
  })

  it('is not woken for what was fetched before its time came', async () => {
    const { clock, put, sent, subscribe, wakeUps } = world()
    subscribe(1, 'phone')
    subscribe(2, 'phone')
    await put(1)
    await put(1)
    wakeUps.fetched(box(1))
    await clock.advance(hourMs)
    expect(sent).toHaveLength(1)
    await put(1)
    await put(2)
    await put(1)
    wakeUps.fetched(box(1))
    wakeUps.fetched(box(2))
    wakeUps.fetched(box(9))
    await clock.advance(hourMs)
    expect(sent).toHaveLength(2)
  })

  it('wakes beside the others of its owner, and each goes its own way', async () => {
    const { put, sent, subscribe, rows, answers } = world()
    subscribe(1, 'phone')
    subscribe(1, 'laptop')
    answers('laptop', { kind: 'gone' })
    await put(1)
    expect(sent.toSorted()).toEqual(['laptop', 'phone'])
    expect([...rows.values()].flat().map(({ endpoint }) => endpoint)).toEqual([at('phone')])
  })

  it('is due still for what came while a push was on its way', async () => {
    const { clock, hold, put, release, sent, subscribe, wokenTo } = world()
    subscribe(1, 'phone')
    hold('phone')
    await put(1)
    await put(1)
    release('phone')
    await clock.advance(0)
    expect(wokenTo(1)).toEqual([1])
    await clock.advance(minuteMs)
    expect(sent).toHaveLength(2)
    expect(wokenTo(1)).toEqual([2])
  })

  it('waits no longer than an hour after its relay had its clock set back', async () => {
    const { clock, put, sent, setBack, subscribe } = world()
    subscribe(1, 'phone')
    await put(1)
    setBack(300 * hourMs)
    await put(1)
    await clock.advance(hourMs - 1)
    expect(sent).toHaveLength(1)
    await clock.advance(1)
    expect(sent).toHaveLength(2)
  })

  it('is not woken early by a turn that was given up while it stood in the queue', async () => {
    const { clock, hold, hub, put, release, sent, subscribe, wakeUps } = world({ pushesPerHost: 1 })
    subscribe(1, 'phone')
    subscribe(2, 'laptop')
    hold('phone')
    await put(1)
    await put(2)
    wakeUps.fetched(box(2))
    hub.attach(box(2), listener(clock), undefined)
    await put(2)
    release('phone')
    await clock.advance(2 * minuteMs - 1)
    expect(sent).toEqual(['phone'])
    await clock.advance(1)
    expect(sent).toEqual(['phone', 'laptop'])
  })
})

describe('an open one', () => {
  it('is left alone when it takes what came', async () => {
    const { clock, hub, put, sent, subscribe, wakeUps } = world()
    subscribe(1, 'phone')
    const tab = listener(clock)
    hub.attach(box(1), tab, undefined)
    for (let times = 0; times < 30; times += 1) {
      tab.hear()
      await put(1)
      await clock.advance(10 * secondMs)
      wakeUps.fetched(box(1))
    }
    await clock.advance(hourMs)
    expect(sent).toEqual([])
    expect(wakeUps.waiting).toBe(0)
  })

  it('that takes nothing is asleep, and woken after two minutes', async () => {
    const { clock, hub, put, sent, subscribe } = world()
    subscribe(1, 'phone')
    hub.attach(box(1), listener(clock), undefined)
    await put(1)
    await clock.advance(2 * minuteMs - 1)
    expect(sent).toEqual([])
    await clock.advance(1)
    expect(sent).toEqual(['phone'])
  })

  it('that has said nothing for long is asleep, and woken at once', async () => {
    const { clock, hub, put, sent, subscribe } = world()
    subscribe(1, 'phone')
    hub.attach(box(1), listener(clock), undefined)
    await clock.advance(91 * secondMs)
    await put(1)
    expect(sent).toEqual(['phone'])
  })
})

describe('a push service', () => {
  it('that is busy is asked again when it says, and in between by nothing else', async () => {
    const { answers, clock, put, sent, subscribe } = world()
    subscribe(1, 'phone')
    answers('phone', { kind: 'later', afterMs: 40 * secondMs }, { kind: 'later' })
    await put(1)
    await put(1)
    await clock.advance(40 * secondMs - 1)
    expect(sent).toHaveLength(1)
    await clock.advance(1)
    expect(sent).toHaveLength(2)
    await clock.advance(10 * secondMs)
    expect(sent).toHaveLength(3)
    await clock.advance(hourMs)
    expect(sent).toHaveLength(3)
  })

  it('that stays away is asked five times, and again with the next envelope', async () => {
    const { answers, clock, metrics, put, sent, subscribe, wokenTo } = world()
    subscribe(1, 'phone')
    answers('phone', ...Array.from({ length: 5 }, () => ({ kind: 'later' }) as const))
    await put(1)
    await clock.advance(hourMs)
    expect(sent).toHaveLength(5)
    expect(wokenTo(1)).toEqual([0])
    expect(metrics.render()).toContain('safelight_pushes_failed_total 1')
    await put(1)
    expect(sent).toHaveLength(6)
    expect(wokenTo(1)).toEqual([2])
  })

  it('that refuses is not asked again for the same', async () => {
    const { answers, clock, put, rows, sent, subscribe } = world()
    subscribe(1, 'phone')
    answers('phone', { kind: 'refused' })
    await put(1)
    await clock.advance(hourMs)
    expect(sent).toHaveLength(1)
    expect([...rows.values()].flat()).toHaveLength(1)
  })

  it('that says a subscription is over has it forgotten for all mailboxes', async () => {
    const { answers, clock, metrics, put, rows, sent, subscribe } = world()
    subscribe(1, 'phone')
    subscribe(2, 'phone')
    answers('phone', { kind: 'gone' })
    await put(1)
    await put(2)
    await clock.advance(hourMs)
    expect(sent).toHaveLength(1)
    expect([...rows.values()].flat()).toEqual([])
    expect(metrics.render()).toContain('safelight_push_subscriptions_ended_total 1')
  })

  it('that hangs keeps no other waiting, and not all the rest of its own', async () => {
    const { hold, put, sent, subscribe, clock, release } = world({ pushesAtOnce: 3, pushesPerHost: 2 })
    for (const name of ['a', 'b', 'c']) {
      subscribe(name.charCodeAt(0), name)
      hold(name)
    }
    for (const name of ['a', 'b', 'c']) await put(name.charCodeAt(0))
    expect(sent).toEqual(['a', 'b'])
    release('a')
    await clock.advance(0)
    expect(sent).toEqual(['a', 'b', 'c'])
  })
})

describe('a restart', () => {
  it('loses no wake-up: what nobody was woken for is due once clients have had time to come back', async () => {
    const { clock, put, sent, start, subscribe, wakeUps, hub, wokenTo } = world()
    subscribe(1, 'phone')
    subscribe(2, 'laptop')
    subscribe(3, 'tablet')
    await put(3)
    wakeUps.stop()
    await put(1)
    await put(2)
    const next = start()
    next.start()
    await clock.advance(2 * minuteMs - 1)
    expect(sent).toEqual(['tablet'])
    hub.attach(box(2), listener(clock), undefined)
    await clock.advance(1)
    expect(sent).toEqual(['tablet', 'phone'])
    next.fetched(box(2))
    await clock.advance(hourMs)
    expect(sent).toEqual(['tablet', 'phone'])
    expect(wokenTo(1)).toEqual([1])
  })

  it('does nothing after the end', async () => {
    const { clock, put, sent, subscribe, wakeUps } = world()
    subscribe(1, 'phone')
    await put(1)
    await put(1)
    wakeUps.start()
    wakeUps.stop()
    await put(1)
    await clock.advance(hourMs)
    expect(sent).toEqual(['phone'])
  })
})

it('remembers so many browsers and no more, and each is woken all the same when there is room again', async () => {
  const { clock, hold, put, release, sent, subscribe, wakeUps } = world({ pushesRemembered: 2 })
  for (const name of ['a', 'b', 'c']) subscribe(name.charCodeAt(0), name)
  hold('a')
  hold('b')
  for (const name of ['a', 'b', 'c']) await put(name.charCodeAt(0))
  expect(sent).toEqual(['a', 'b'])
  release('a')
  release('b')
  await clock.advance(minuteMs)
  await put('c'.charCodeAt(0))
  expect(sent).toEqual(['a', 'b', 'c'])
  expect(wakeUps.waiting).toBe(0)
})
