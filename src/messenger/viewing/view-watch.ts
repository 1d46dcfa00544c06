// Looks at the start and every hour for views whose time is over, on either side.

import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import type { SentViews } from './sent-views.ts'
import type { Viewings } from './viewings.ts'

export interface ViewWatch {
  /** Resolves when what was open before is over. */
  start(): Promise<void>
  stop(): void
}

export function createViewWatch(context: Context, viewings: Viewings, sent: SentViews): ViewWatch {
  let cancel: (() => void) | undefined

  async function look(): Promise<void> {
    await viewings.look()
    await sent.look()
  }

  function later(): void {
    cancel = context.clock.after(times.viewLookMs, () => {
      context.background(look(), 'view-look-later')
      later()
    })
  }

  return {
    async start() {
      later()
      const looking = look()
      // What cannot be ended now can be read by nobody either: no view is running.
      context.background(looking, 'view-look-later')
      await looking.catch(() => undefined)
    },
    stop: () => cancel?.(),
  }
}
