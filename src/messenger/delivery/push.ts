// Being woken, for who wants it: what does the work is loaded where it was switched on, or has to be taken back.

import type { PushApi } from '../api.ts'
import type { Context } from '../context.ts'
import { late } from '../late.ts'

export interface Push extends PushApi {
  /** The relay may be another than it was: it is told of everything again. */
  live(url: string): void
  /** Mailboxes there were opened. */
  opened(url: string): void
}

export function createPush(context: Context): Push {
  const load = late(async () => (await import('./wake-ups.ts')).createWakeUps(context))
  const isUnused = (): boolean => context.tables.pushes.held().next().done === true
  const tell = (how: (push: Push) => void): void => {
    if (!isUnused()) context.background(load().then(how), 'push-later')
  }

  return {
    get: async () => (isUnused() ? { state: 'off' } : (await load()).get()),
    key: async () => (await load()).key(),
    enable: async (subscription) => (await load()).enable(subscription),
    renew: async (subscription) => (await load()).renew(subscription),
    disable: async () => (await load()).disable(),
    live: (url) => tell((push) => push.live(url)),
    opened: (url) => tell((push) => push.opened(url)),
  }
}
