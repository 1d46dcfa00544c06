// What a contact's devices show of their keys (docs/protocol.md §11): the device log, which only grows, and whether a
// device is one that I know. What does not fit waits for the person's word, and may stop sending until then.
//
//                    another device, or no continuity          a shorter or forked log
//   known ──────────────────────────────────────▶ changed ─────────────────────────────▶ conflict
//     ▲                                              │                                      │
//     └───────────────────── confirmKeys ────────────┴──────────────────────────────────────┘

import { toHex } from '../../protocol/bytes.ts'
import type { LogHead } from '../../protocol/content/content.ts'
import { compareLogs } from '../../protocol/identity/device-log.ts'
import type { NoticeCode } from '../api.ts'
import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'

/** False: what is written to them stays on this device until the person decides. */
export function maySend({ keys, verifiedAt }: ContactRow): boolean {
  return keys === undefined || (keys === 'changed' && verifiedAt === undefined)
}

/**
 * A device log that this contact showed. `mayBeOld`: in a certificate, or in a message that may have been written before
 * others that were opened already. That it is shorter then says nothing.
 */
export async function showLog(
  context: Context,
  change: Change,
  contactId: string,
  log: LogHead,
  mayBeOld: boolean,
): Promise<void> {
  const { tables } = context
  const contact = await change.get(tables.contacts, contactId)
  if (contact === undefined) return
  const step = contact.knownLog === undefined ? 'longer' : compareLogs(log, contact.knownLog)
  if (step === 'longer')
    change.put(tables.contacts, contactId, { ...contact, knownLog: { length: log.length, head: log.head } })
  else if (step === 'forked' || (step === 'shorter' && !mayBeOld))
    await markKeys(context, change, contactId, 'conflict')
}

/** A conflict is never made less by a change. */
export async function markKeys(
  context: Context,
  change: Change,
  contactId: string,
  keys: 'changed' | 'conflict',
): Promise<void> {
  const { tables, events } = context
  const contact = await change.get(tables.contacts, contactId)
  if (contact === undefined || contact.keys === keys || contact.keys === 'conflict') return
  const { conversationId } = contact
  change.put(tables.contacts, contactId, { ...contact, keys })
  change.after(() => {
    events.emit('error', { code: notices[keys], conversationId })
    events.emit('change', { what: 'contacts', id: contactId })
    events.emit('change', { what: 'conversations', id: conversationId })
  })
}

/** A device other than the one I knew. */
export function isOtherDevice(known: Uint8Array | undefined, shown: Uint8Array): boolean {
  return known !== undefined && toHex(known) !== toHex(shown)
}

const notices = { changed: 'keys-changed', conflict: 'keys-conflict' } as const satisfies Record<string, NoticeCode>
