// Views of received messages, loaded when there is one to be opened, or one whose time may be over.

import type { Context } from '../context.ts'
import { late } from '../late.ts'
import type { ViewingRow } from '../records/rows.ts'
import type { Viewings } from './viewings.ts'

export function lazyViewings({ tables }: Context, load: () => Promise<Viewings>): Viewings {
  /** Until then none is open. */
  let ready: Viewings | undefined
  const loaded = late(async () => (ready = await load()))

  return {
    open: async (...which) => (await loaded()).open(...which),
    close: async (viewId) => ready?.close(viewId),
    captured: async (messageId) => ready?.captured(messageId),
    signalOf: (...which) => ready?.signalOf(...which),
    async look() {
      if ([...tables.viewings.held()].some(([, row]) => mayBeOver(row))) await (await loaded()).look()
    },
    forget: (messageId) => ready?.forget(messageId),
    closeAll: async () => ready?.closeAll(),
  }
}

function mayBeOver({ stage, until }: ViewingRow): boolean {
  return stage === 'open' || stage === 'replaying' || until !== undefined
}
