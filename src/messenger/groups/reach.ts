// Sessions with the members of my groups. Everybody writes to everybody else themselves, so a member who is no contact is
// asked by the link that they gave to the group. The more senior of two begins, so that both do not ask at once; the other
// one follows if nothing has come of it.

import { decodeInviteLink } from '../../protocol/invite/link.ts'
import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import { mayUseRelay } from '../relay-name.ts'
import { backoffMs } from '../wait.ts'
import type { GroupDirectory } from './directory.ts'

export interface Reach {
  /** Looks whom there is no session with, soon. */
  kick(): void
  /** A relay is back: who was asked in vain may be there now. */
  retry(): void
  stop(): void
}

/** Somebody who is in a group with me, and no contact of mine. */
export interface MissingMember {
  /** Fingerprint in hexadecimal. */
  readonly person: string
  readonly link: string
  /** It is my turn to begin. */
  readonly isMine: boolean
}

export interface ReachParts {
  readonly missing: () => Iterable<MissingMember>
  readonly connect: (link: string) => Promise<void>
  /** There is a contact now: what waits for them is sealed. */
  readonly met: (person: string) => Promise<void>
}

type ReachContext = Pick<Context, 'clock' | 'random' | 'log' | 'closing' | 'background'>

export function createReach(context: ReachContext, { missing, connect, met }: ReachParts): Reach {
  const { clock, random, log } = context
  /** When somebody was seen to be without a session first. */
  const missingSince = new Map<string, number>()
  /** Links by which somebody was asked in vain, how often, and when they are tried again. */
  const failed = new Map<string, { readonly times: number; readonly againAt: number }>()
  let cancel: (() => void) | undefined
  let running = false
  let kicked = false

  async function look(): Promise<void> {
    if (running || context.closing.aborted) return
    running = true
    kicked = false
    try {
      const links = new Set([...missing()].map(({ link }) => link))
      for (const link of failed.keys()) if (!links.has(link)) failed.delete(link)
      for (const { person, link, isMine } of missing()) {
        const now = clock.now()
        const since = missingSince.get(person) ?? now
        missingSince.set(person, since)
        const isDue = isMine || now - since >= times.reachAnywayMs
        if (!isDue || now < (failed.get(link)?.againAt ?? 0)) continue
        try {
          await connect(link)
          missingSince.delete(person)
          failed.delete(link)
          await met(person)
        } catch {
          // They have not opened it at their relay yet, which may be away, or the link is of before: they may come by mine.
          const before = failed.get(link)?.times ?? 0
          const pauseMs = backoffMs(before, times.reachAgainMs, times.reachLookMs, (random.bytes(1)[0] ?? 0) / 256)
          failed.set(link, { times: before + 1, againAt: clock.now() + pauseMs })
          log.debug('member-not-reached')
        }
      }
    } finally {
      running = false
      again(kicked ? 0 : untilNext())
    }
  }

  function untilNext(): number {
    const soonest = Math.min(...[...failed.values()].map(({ againAt }) => againAt - clock.now()))
    return Math.max(times.reachAgainMs, Math.min(times.reachLookMs, soonest))
  }

  function again(delayMs: number): void {
    cancel?.()
    if (!context.closing.aborted) cancel = clock.after(delayMs, () => context.background(look(), 'reach-later'))
  }

  function kick(): void {
    kicked = true
    again(0)
  }

  return {
    kick,
    retry() {
      if (failed.size === 0) return
      failed.clear()
      kick()
    },
    stop: () => cancel?.(),
  }
}

/**
 * Those whose link may be used by itself. Who gave another one may come by mine.
 * @param isMet whether there is a contact for a person
 */
export function* missingMembers(
  context: Pick<Context, 'self'>,
  directory: Pick<GroupDirectory, 'all' | 'me'>,
  myId: string,
  isMet: (person: string) => boolean,
): Iterable<MissingMember> {
  for (const { id, state } of directory.all()) {
    if (directory.me(id) === undefined || state === undefined) continue
    const order = [...state.members.keys()]
    for (const [person, { link }] of state.members)
      if (person !== myId && !isMet(person) && mayUseLink(context, link))
        yield { person, link, isMine: order.indexOf(myId) < order.indexOf(person) }
  }
}

/** Members write what they like into the log, and nobody looks at it before it is used. */
function mayUseLink(context: Pick<Context, 'self'>, link: string): boolean {
  const decoded = decodeInviteLink(link)
  return decoded.ok && mayUseRelay(context, decoded.invite.relays[0] ?? '')
}
