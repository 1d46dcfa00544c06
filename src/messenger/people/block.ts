// Blocking: nothing of theirs is heard, nothing more goes to them, and what I asked of them is taken back. What they were
// asked before lies with them; a yes to it opens nothing any more, also after they are unblocked.

import { toHex } from '../../protocol/bytes.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Mailboxes } from '../delivery/mailboxes.ts'
import { moveState } from '../delivery/states.ts'
import type { Change } from '../records/ledger.ts'
import { followChanged } from './follows.ts'

/** Closes my mailbox for them, forgets what waits to go out to them, and withdraws what waits for their word. */
export async function blockContact(context: Context, mailboxes: Mailboxes, change: Change, id: string): Promise<void> {
  const { tables } = context
  const row = await change.get(tables.contacts, id)
  if (row === undefined) throw new UsageError('unknown-contact')
  if (row.state === 'blocked') return
  const { mailboxId: _, followsMe: _follows, approvesMe, ...kept } = row
  await mailboxes.closeAllOf(change, id)
  change.put(tables.contacts, id, { ...kept, state: 'blocked', blockedFrom: row.state })
  change.delete(tables.receipts, id)
  // What they said in a group before its operations came.
  for (const [key, entry] of tables.earlyContents.held())
    if (entry.contactId === id) change.delete(tables.earlyContents, key)
  for (const [key, entry] of tables.outbox.held()) {
    if (!key.startsWith(`${id}/`)) continue
    change.delete(tables.outbox, key)
    if (entry.messageId !== undefined)
      await moveState(context, change, entry.messageId, id, { kind: 'failed', reason: 'blocked' })
  }
  await withdraw(context, change, { id, fingerprint: row.fingerprint, isApproved: approvesMe === true })
}

async function withdraw(
  context: Context,
  change: Change,
  {
    id,
    fingerprint,
    isApproved,
  }: { readonly id: string; readonly fingerprint: Uint8Array; readonly isApproved: boolean },
): Promise<void> {
  const { tables, groups, clock } = context
  const person = toHex(fingerprint)
  await groups.unask(change, person)
  for (const [key, { contactId, what }] of tables.introductions.held())
    if (what.kind === 'mine' && (contactId === id || what.forContactId === id)) change.delete(tables.introductions, key)
  const follow = await change.get(tables.follows, person)
  if (follow?.following === true && !isApproved)
    change.put(tables.follows, person, followChanged(follow, false, clock.now()))
}
