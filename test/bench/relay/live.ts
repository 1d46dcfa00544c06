// One person of a soak: what is put for them they fetch and acknowledge, again and again.

import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { postCommands } from '../../relay/support/http-client.ts'
import type { MailboxKeys } from '../../relay/support/relay.ts'

const envelopeBytes = 4096

/** Returns how many envelopes went all the way. */
export async function liveFrom(
  url: string,
  options: {
    readonly keys: MailboxKeys
    readonly perRequest: number
    /** From one request to the next. */
    readonly paceMs: number
    readonly isOver: () => boolean
  },
): Promise<number> {
  const { keys, perRequest, paceMs, isOver } = options
  const { readKey, writeKey } = keys
  await postCommands(url, { kind: 'open', readKey, tier: 'contact' })
  const from = performance.now()
  let moved = 0
  for (let round = 0; !isOver(); round++) {
    const all = Array.from({ length: perRequest }, () => new Uint8Array(randomBytes(envelopeBytes)))
    const [stored] = await postCommands(url, { kind: 'put', writeKey, envelopes: all })
    const [fetched] = await postCommands(url, { kind: 'fetch', readKey, after: 0, limit: perRequest })
    if (stored?.kind !== 'stored' || fetched?.kind !== 'envelopes' || fetched.items.length !== perRequest)
      throw new Error('an envelope is missing')
    await postCommands(url, { kind: 'ack', readKey, ids: fetched.items.map(({ id }) => id) })
    moved += perRequest
    const waitMs = from + (round + 1) * paceMs - performance.now()
    if (waitMs > 0) await delay(waitMs)
  }
  return moved
}
