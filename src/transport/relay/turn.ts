// Credentials for a relay's TURN server, asked for over its mailbox stream when a direct connection is made, and kept until
// they run out. A dial waits little for them: without, most connections come about as well.
//
//   none ─(a dial)─► asked ─► kept ─(most of their time is over: a dial asks for the next beside it)─► kept …

import type { Clock } from '../../messenger/ports.ts'
import type { IceServer } from '../host.ts'
import { limits } from '../limits.ts'
import { isIceUrl } from './ice-url.ts'
import type { MailboxStream } from './mailbox-stream.ts'

export interface TurnLease {
  /** Undefined: none could be had in time. Never rejects. */
  server(): Promise<IceServer | undefined>
}

interface Held {
  readonly server: IceServer
  readonly askedAt: number
  readonly renewAt: number
  readonly until: number
}

export function createTurnLease(options: {
  readonly clock: Clock
  /** Undefined: there is none now. */
  readonly stream: () => Pick<MailboxStream, 'call'> | undefined
}): TurnLease {
  const { clock } = options
  let held: Held | undefined
  let asking: Promise<IceServer | undefined> | undefined
  let restUntil = Number.NEGATIVE_INFINITY

  async function ask(): Promise<IceServer | undefined> {
    const stream = options.stream()
    if (stream === undefined) return undefined
    const askedAt = clock.now()
    restUntil = askedAt + limits.turnRestMs
    const [reply] = await stream.call([{ kind: 'turn' }])
    if (reply?.kind !== 'turn') return undefined
    const { username, credential, lifetimeMs } = reply
    const urls = reply.urls.filter((url) => isIceUrl(url, 'turn'))
    if (urls.length === 0) return undefined
    const server = { urls, username, credential }
    const spareMs = Math.min(limits.turnSpareMs, lifetimeMs / 4)
    held = { server, askedAt, renewAt: askedAt + lifetimeMs / 2, until: askedAt + lifetimeMs - spareMs }
    return server
  }

  /** Asks once at a time, and not again at once when nothing came of it. */
  function askOnce(): Promise<IceServer | undefined> {
    const now = clock.now()
    // A clock that was set back must not silence it for long.
    if (asking === undefined && now < restUntil && restUntil - now <= limits.turnRestMs)
      return Promise.resolve(undefined)
    asking ??= ask()
      .catch(() => undefined)
      .finally(() => {
        asking = undefined
      })
    return asking
  }

  return {
    async server() {
      const now = clock.now()
      // A clock that was set back says nothing of how old they are.
      if (held !== undefined && now >= held.askedAt && now < held.until) {
        if (now >= held.renewAt) void askOnce()
        return held.server
      }
      held = undefined
      return inTime(clock, askOnce())
    },
  }
}

function inTime<T>(clock: Clock, promise: Promise<T | undefined>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const cancel = clock.after(limits.turnWaitMs, () => resolve(undefined))
    void promise.then(resolve).finally(cancel)
  })
}
