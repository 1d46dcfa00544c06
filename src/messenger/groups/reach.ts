// Sessions with the members of my groups. Everybody writes to everybody else themselves, so a member who is no contact is
// asked by the link that they gave to the group. The more senior of two begins, so that both do not ask at once; the other
// one follows if nothing has come of it.

import { toHex } from '../../protocol/bytes.ts'
import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import type { GroupDirectory } from './directory.ts'
import { contactOf } from './people.ts'

export interface Reach {
  /** Looks whom there is no session with, soon. */
  kick(): void
  stop(): void
}

export interface ReachParts {
  readonly directory: GroupDirectory
  readonly connect: (link: string) => Promise<void>
  /** There is a contact now: what waits for them is sealed. */
  readonly met: (person: string) => Promise<void>
}

export function createReach(context: Context, { directory, connect, met }: ReachParts): Reach {
  const { clock, self, log } = context
  const myId = toHex(self.fingerprint)
  /** When somebody was seen to be without a session first, and when they were asked in vain. */
  const missingSince = new Map<string, number>()
  const failedAt = new Map<string, number>()
  let cancel: (() => void) | undefined
  let running = false

  function* missing(): Iterable<{ readonly person: string; readonly link: string; readonly isMine: boolean }> {
    for (const { id, state } of directory.all()) {
      if (directory.me(id) === undefined || state === undefined) continue
      const order = [...state.members.keys()]
      for (const [person, { link }] of state.members)
        if (person !== myId && contactOf(context, person) === undefined)
          yield { person, link, isMine: order.indexOf(myId) < order.indexOf(person) }
    }
  }

  async function look(): Promise<void> {
    if (running || context.closing.aborted) return
    running = true
    try {
      for (const { person, link, isMine } of missing()) {
        const now = clock.now()
        const since = missingSince.get(person) ?? now
        missingSince.set(person, since)
        const isDue = isMine || now - since >= times.reachAnywayMs
        if (!isDue || now - (failedAt.get(person) ?? -Infinity) < times.reachAgainMs) continue
        try {
          await connect(link)
          missingSince.delete(person)
          await met(person)
        } catch {
          // Their relay is not there, or the link is of before: they may come by mine.
          failedAt.set(person, clock.now())
          log.debug('member-not-reached')
        }
      }
    } finally {
      running = false
      again(times.reachLookMs)
    }
  }

  function again(delayMs: number): void {
    cancel?.()
    if (!context.closing.aborted) cancel = clock.after(delayMs, () => context.background(look(), 'reach-later'))
  }

  return {
    kick: () => again(0),
    stop: () => cancel?.(),
  }
}
