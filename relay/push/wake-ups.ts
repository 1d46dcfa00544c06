// Wakes browsers that are closed when something comes into their mailboxes. Puts never wait for it: a push is made after
// the answer, through a queue of its own, and lost at the worst until the next envelope.
//
//   stored ──▶ due now, or, while the owner listens, when it fetched nothing for a while ──▶ lane of its service ──▶ sent
//                ▲ fetched before: not due any more                       │ busy: later, a few times
//                └───────── at most once a gap, which grows while nothing is fetched ◀──────┘
//
// [Note: Wake-ups and restarts] What is due is not written down. The store knows of each subscription up to which
// envelope it was woken; after a start, what came later and was not fetched is due again.

import type { RelayLimits } from '../limits.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import type { Hub } from '../mailbox/hub.ts'
import { keyOf } from '../mailbox/hub.ts'
import type { Metrics } from '../metrics.ts'
import type { PushStore } from '../storage/push-store.ts'
import type { PushQueue } from './queue.ts'
import type { PushSender } from './send.ts'

export interface WakeUps {
  /** Something new is in the mailbox. */
  stored(mailboxId: Uint8Array): void
  /** Its owner was here. */
  fetched(mailboxId: Uint8Array): void
  /** Looks, some time after the start, for what is due since before. */
  start(): void
  stop(): void
  /** Browsers to be woken now or later. */
  readonly waiting: number
}

export interface WakeUpsOptions {
  readonly store: PushStore
  readonly hub: Hub
  readonly sender: PushSender
  readonly queue: PushQueue
  readonly limits: RelayLimits
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => number
  /** Returns a function that cancels. */
  readonly after: (delayMs: number, callback: () => void) => () => void
}

interface Box {
  readonly id: Uint8Array
  /** The newest envelope it is woken for. */
  newest: number
  due: boolean
}

/** One browser. */
interface Sleeper {
  readonly endpoint: string
  readonly boxes: Map<string, Box>
  /** Before that, nothing is sent. */
  notBeforeMs: number
  /** Pushes since something was fetched. */
  unfetched: number
  attempts: number
  state: 'idle' | 'waiting' | 'sending'
  dueAtMs: number
  /** Counts schedules: what was scheduled before, and still stands in its lane, is void. */
  turn: number
  cancel: (() => void) | undefined
}

export function createWakeUps(options: WakeUpsOptions): WakeUps {
  const { store, hub, sender, queue, limits, metrics, log, now, after } = options
  const sleepers = new Map<string, Sleeper>()
  const byMailbox = new Map<string, Set<Sleeper>>()
  let stopped = false
  let cancelStart: (() => void) | undefined

  function sleeperOf(endpoint: string): Sleeper | undefined {
    const known = sleepers.get(endpoint)
    if (known !== undefined) return known
    if (sleepers.size >= limits.pushesRemembered && !forgetIdle()) return undefined
    const sleeper: Sleeper = {
      endpoint,
      boxes: new Map(),
      notBeforeMs: 0,
      unfetched: 0,
      attempts: 0,
      state: 'idle',
      dueAtMs: 0,
      turn: 0,
      cancel: undefined,
    }
    sleepers.set(endpoint, sleeper)
    return sleeper
  }

  /** The one that is idle for longest, if it may be woken again: what is lost is how often it was woken in vain. */
  function forgetIdle(): boolean {
    for (const sleeper of sleepers.values()) {
      if (sleeper.state !== 'idle' || sleeper.notBeforeMs > now()) continue
      remove(sleeper)
      return true
    }
    return false
  }

  function remove(sleeper: Sleeper): void {
    sleeper.cancel?.()
    if (sleepers.get(sleeper.endpoint) === sleeper) sleepers.delete(sleeper.endpoint)
    for (const key of sleeper.boxes.keys()) leave(sleeper, key)
  }

  function leave(sleeper: Sleeper, key: string): void {
    sleeper.boxes.delete(key)
    const others = byMailbox.get(key)
    others?.delete(sleeper)
    if (others?.size === 0) byMailbox.delete(key)
  }

  function makeDue(endpoint: string, id: Uint8Array, newest: number): void {
    const sleeper = sleeperOf(endpoint)
    if (stopped || sleeper === undefined) return
    const key = keyOf(id)
    const box = sleeper.boxes.get(key) ?? { id, newest, due: true }
    box.due = true
    box.newest = newest
    sleeper.boxes.set(key, box)
    byMailbox.set(key, (byMailbox.get(key) ?? new Set()).add(sleeper))
    schedule(sleeper, hub.isListening(id, now() - limits.pushAwakeMs) ? limits.pushPatienceMs : 0)
  }

  function schedule(sleeper: Sleeper, patienceMs: number): void {
    // No gap is longer, whatever happened to the clock.
    const notBeforeMs = Math.min(sleeper.notBeforeMs, now() + limits.pushLongestGapMs)
    const dueAtMs = Math.max(now() + patienceMs, notBeforeMs)
    if (sleeper.state === 'sending' || (sleeper.state === 'waiting' && sleeper.dueAtMs <= dueAtMs)) return
    sleeper.cancel?.()
    sleeper.state = 'waiting'
    sleeper.dueAtMs = dueAtMs
    sleeper.turn += 1
    const { turn } = sleeper
    sleeper.cancel = after(Math.max(0, dueAtMs - now()), () => {
      sleeper.cancel = undefined
      queue.add(sleeper.endpoint, () => background(wake(sleeper, turn)))
    })
  }

  async function wake(sleeper: Sleeper, turn: number): Promise<void> {
    if (sleeper.turn !== turn || sleeper.state !== 'waiting') return
    const woken = [...sleeper.boxes.values()].filter(({ due }) => due).map(({ id, newest }) => ({ id, newest }))
    if (stopped || woken.length === 0) return settle(sleeper)
    sleeper.state = 'sending'
    const outcome = await sender.send(sleeper.endpoint)
    if (stopped) return
    if (outcome.kind === 'gone') {
      metrics.count('safelight_push_subscriptions_ended_total')
      remove(sleeper)
      await store.forget(sleeper.endpoint)
      return
    }
    if (outcome.kind === 'later' && sleeper.attempts + 1 < limits.pushAttempts) {
      sleeper.attempts += 1
      const waitMs = Math.max(outcome.afterMs ?? 0, limits.pushRetryMs * 2 ** (sleeper.attempts - 1))
      sleeper.notBeforeMs = now() + Math.min(waitMs, limits.pushLongestWaitMs)
      return settle(sleeper)
    }
    metrics.count(outcome.kind === 'sent' ? 'safelight_pushes_sent_total' : 'safelight_pushes_failed_total')
    sleeper.attempts = 0
    sleeper.notBeforeMs = now() + Math.min(limits.pushGapMs * 2 ** sleeper.unfetched, limits.pushLongestGapMs)
    sleeper.unfetched = Math.min(sleeper.unfetched + 1, 16)
    for (const { id, newest } of woken) {
      const box = sleeper.boxes.get(keyOf(id))
      // What came meanwhile is due still.
      if (box?.newest === newest) box.due = false
    }
    settle(sleeper)
    if (outcome.kind === 'sent') await store.woken(sleeper.endpoint, woken)
  }

  function settle(sleeper: Sleeper): void {
    sleeper.state = 'idle'
    if (sleepers.get(sleeper.endpoint) !== sleeper) return
    // Last in the order of use.
    sleepers.delete(sleeper.endpoint)
    sleepers.set(sleeper.endpoint, sleeper)
    if (isDue(sleeper)) schedule(sleeper, 0)
  }

  async function background(work: Promise<unknown>): Promise<void> {
    try {
      await work
    } catch (error) {
      if (!stopped) log.warn(errorFields(error), 'a wake-up was lost')
    }
  }

  async function makeStoredDue(mailboxId: Uint8Array): Promise<void> {
    for (const { endpoint, newest } of await store.find(mailboxId)) makeDue(endpoint, mailboxId, newest)
  }

  async function makeOldDue(): Promise<void> {
    for (let after = 0, more = true; more && !stopped;) {
      const page = await store.unwoken({ after, limit: limits.sweepRows, nowMs: now() })
      for (const { endpoint, id, newest } of page.items) makeDue(endpoint, id, newest)
      ;({ after, more } = page)
    }
  }

  return {
    stored: (mailboxId) => void background(makeStoredDue(mailboxId)),
    fetched(mailboxId) {
      const key = keyOf(mailboxId)
      for (const sleeper of byMailbox.get(key) ?? []) {
        leave(sleeper, key)
        if (sleeper.unfetched > 0 && sleeper.attempts === 0)
          sleeper.notBeforeMs = Math.min(sleeper.notBeforeMs, now() + limits.pushGapMs)
        sleeper.unfetched = 0
        if (isDue(sleeper) || sleeper.state === 'sending') continue
        sleeper.cancel?.()
        sleeper.cancel = undefined
        sleeper.state = 'idle'
        if (sleeper.boxes.size === 0 && sleeper.notBeforeMs <= now()) remove(sleeper)
      }
    },
    start() {
      cancelStart = after(limits.pushPatienceMs, () => void background(makeOldDue()))
    },
    stop() {
      stopped = true
      cancelStart?.()
      for (const sleeper of sleepers.values()) sleeper.cancel?.()
      sender.close()
    },
    get waiting() {
      return [...sleepers.values()].filter(({ state }) => state !== 'idle').length
    },
  }
}

function isDue({ boxes }: Sleeper): boolean {
  return [...boxes.values()].some(({ due }) => due)
}
