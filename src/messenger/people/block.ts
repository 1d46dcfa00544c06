// Blocking: nothing of theirs is heard, nothing more goes to them, and what I asked of them is taken back. What they were
// asked before lies with them; a yes to it opens nothing any more, also after they are unblocked. Who follows whom is told when
// they are unblocked: they follow me no more, and cannot hear of it before.

import { equalBytes, toHex } from '../../protocol/bytes.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { ask } from '../delivery/ask-again.ts'
import type { Mailboxes } from '../delivery/mailboxes.ts'
import type { Sealer } from '../delivery/seal.ts'
import { moveState } from '../delivery/states.ts'
import { newId } from '../ids.ts'
import type { Change } from '../records/ledger.ts'
import { isFollowed } from './followed.ts'
import { followChanged } from './follows.ts'

/** Closes my mailbox for them, forgets what waits to go out to them, and withdraws what waits for their word. */
export async function blockContact(context: Context, mailboxes: Mailboxes, change: Change, id: string): Promise<void> {
  const { tables } = context
  const row = await change.get(tables.contacts, id)
  if (row === undefined) throw new UsageError('unknown-contact')
  if (row.state === 'blocked') return
  const { mailboxId: _, followsMe: _follows, approvesMe, answerDue: _answer, ...kept } = row
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
  await withdraw(context, mailboxes, change, { id, fingerprint: row.fingerprint, isApproved: approvesMe === true })
}

/** Gives the mailbox that is to be opened for them, where there is one. */
export async function unblockContact(
  context: Context,
  { mailboxes, sealer, send }: { readonly mailboxes: Mailboxes; readonly sealer: Sealer; readonly send: SendAction },
  change: Change,
  id: string,
): Promise<string | undefined> {
  const { tables, random, clock } = context
  const row = await change.get(tables.contacts, id)
  if (row === undefined) throw new UsageError('unknown-contact')
  if (row.state !== 'blocked') return undefined
  const { blockedFrom, ...rest } = row
  if (blockedFrom === undefined || blockedFrom === 'request') {
    // As it was: a stranger's request waits again.
    change.put(tables.contacts, id, { ...rest, state: 'request' })
    return undefined
  }
  // The old mailbox is closed for good: they get a new one.
  const mailbox = mailboxes.create(change, { kind: 'contact', contactId: id })
  change.put(tables.contacts, id, { ...rest, state: blockedFrom, mailboxId: mailbox.id })
  const address = { relay: mailbox.relay, writeKey: mailbox.writeKey }
  await sealer.seal(
    change,
    id,
    { kind: 'mailbox', mailbox: address },
    { messageId: newId(random), sentAtMs: clock.now() },
  )
  // Behind the address: who said yes meanwhile says it again, to there.
  if (blockedFrom === 'asked') await ask(context, sealer, change, id)
  else if (row.peer === undefined) {
    // What either said of it meanwhile is lost. What is no news to them has no effect there, or is answered as it is.
    const target = { conversationId: row.conversationId, contactIds: [id] }
    await send(change, target, { kind: 'follow', isFollowing: isFollowed(context, row.fingerprint) })
    await send(change, target, { kind: 'follower', isApproved: false })
  }
  return mailbox.id
}

async function withdraw(
  context: Context,
  mailboxes: Mailboxes,
  change: Change,
  {
    id,
    fingerprint,
    isApproved,
  }: { readonly id: string; readonly fingerprint: Uint8Array; readonly isApproved: boolean },
): Promise<void> {
  const { tables, groups, clock, events } = context
  const person = toHex(fingerprint)
  await groups.unask(change, person)
  for (const [key, { contactId, what }] of tables.introductions.held())
    if (what.kind === 'mine' && (contactId === id || what.forContactId === id)) change.delete(tables.introductions, key)
  // Links that were given for them, or to them for somebody else.
  for (const [inviteId, invite] of tables.invites.held()) {
    const isGiven = invite.introduced !== undefined && equalBytes(invite.introduced, fingerprint)
    if (invite.over || !(isGiven || invite.introducedBy === id)) continue
    change.put(tables.invites, inviteId, { ...invite, over: true })
    await mailboxes.close(change, inviteId)
    change.after(() => events.emit('change', { what: 'invites', id: inviteId }))
  }
  const follow = await change.get(tables.follows, person)
  if (follow?.following === true && !isApproved)
    change.put(tables.follows, person, followChanged(follow, false, clock.now()))
}
