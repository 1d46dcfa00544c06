// Prekeys that a contact offers me, for a handshake that goes on from the session we had (docs/protocol.md §3, §5).

import { deriveMailboxId } from '../../protocol/mailbox/capability.ts'
import type { LogHead } from '../../protocol/content/content.ts'
import type { Bundle } from '../../protocol/prekeys/bundle.ts'
import { isSealedUnder, openBundle } from '../../protocol/prekeys/bundle.ts'
import type { Context } from '../context.ts'
import { TransportError } from '../ports.ts'

export interface TakeOptions {
  /** The psks that it may be sealed under, tried in this order. */
  readonly psks: readonly Uint8Array[]
  /** The newest head seen of their device log. */
  readonly knownLog?: LogHead | undefined
  readonly signal: AbortSignal
}

export interface TakenBundle {
  readonly bundle: Bundle
  /** The one of the psks that opened it. */
  readonly psk: Uint8Array
}

/**
 * Takes a bundle from the mailbox where I write to this contact. `none`: none is offered there, it is too old, or it does
 * not verify; `foreign`: none of the psks opens it: they went on with a session that this device does not know, or the relay damaged it. The device log in the bundle is not compared with more than `knownLog`.
 * @throws TransportError
 */
export async function takeContactBundle(
  context: Pick<Context, 'tables' | 'transport' | 'random' | 'clock'>,
  contactId: string,
  options: TakeOptions,
): Promise<TakenBundle | 'none' | 'foreign'> {
  const { tables, transport, random, clock } = context
  const contact = tables.contacts.peek(contactId)
  if (contact?.theirs === undefined) return 'none'
  const { relay, writeKey } = contact.theirs
  // A taking that is repeated after a crash costs them one more one-time key; the last-resort key serves when none is left.
  const [reply] = await transport
    .relay(relay)
    .call([{ kind: 'bundle.take', writeKey, takeId: random.bytes(16) }], { signal: options.signal })
  if (reply?.kind === 'error') {
    if (reply.code === 'gone' || reply.code === 'unknown-mailbox') return 'none'
    throw new TransportError(
      'relay-refused',
      reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs },
    )
  }
  if (reply?.kind !== 'bundle') throw new TransportError('not-a-relay')
  const { main, oneTime } = reply
  const { fingerprint } = contact
  const mailboxId = deriveMailboxId(writeKey)
  for (const psk of options.psks) {
    const { knownLog } = options
    const sealed = { psk, mailboxId, fingerprint, main }
    const bundle = openBundle({ ...sealed, oneTime, use: 'reusable', knownLog, nowMs: clock.now() })
    if (bundle !== undefined) return { bundle, psk }
    if (isSealedUnder(sealed)) return 'none'
  }
  return 'foreign'
}
