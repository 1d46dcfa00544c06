// When a message of mine is with everybody who still gets it: then its time begins, and what is to be viewed goes here. Who
// of a group cannot be reached yet is waited for, but not for ever by what is to go.

import { toHex } from '../../protocol/bytes.ts'
import type { Context } from '../context.ts'
import { isReachable } from '../groups/people.ts'
import { times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow } from '../records/rows.ts'
import { beginLife } from '../thread/begin-life.ts'
import { wipeMessage } from '../viewing/wipe.ts'

/** By their fingerprint in hexadecimal. */
export type IsPerson = (person: string) => boolean

export interface Everywhere {
  /** Of its group, where that is not as this device knows it: in a change that makes it so. */
  readonly isMember?: IsPerson
  /** Whose mailbox is gone is waited for no longer. */
  readonly isOver?: boolean
}

export async function isEverywhere(
  { tables, groups }: Pick<Context, 'tables' | 'groups'>,
  change: Change,
  key: string,
  { recipients, unreached = [] }: MessageRow,
  { isMember, isOver = false }: Everywhere = {},
): Promise<boolean> {
  const group = tables.conversations.peek(key.slice(0, key.indexOf('/')))?.group
  if (unreached.length > 0) return false
  for (const { contactId, state } of recipients)
    if (!(await isThere(contactId, state)) && isTold(contactId)) return false
  return true

  /** Who was removed, or left, or is blocked, is sent nothing of it any more. */
  function isTold(contactId: string): boolean {
    if (group === undefined) return true
    const contact = tables.contacts.peek(contactId)
    if (contact === undefined || !isReachable(contact)) return false
    const person = toHex(contact.fingerprint)
    return isMember?.(person) ?? groups.hasMember(group, person)
  }

  /** It is with them, or never will be: in the change that removes somebody they are not known as that yet. */
  async function isThere(contactId: string, state: MessageRow['recipients'][number]['state']): Promise<boolean> {
    if (state.kind !== 'failed') return state.kind === 'delivered' || state.kind === 'seen'
    if (state.reason !== 'blocked') return state.reason === 'removed'
    // A relay that says their mailbox is gone may be wrong, or they have moved: it is sent again when they are heard of.
    return isOver || (await change.get(tables.contacts, contactId))?.state === 'blocked'
  }
}

/** One that is to go does so in any case: from this time on nobody is waited for. In the change that stores it. */
export async function boundWaiting({ tables, clock }: Context, change: Change, row: MessageRow): Promise<void> {
  const isGone = row.recipients.some(({ state }) => state.kind === 'failed' && state.reason === 'blocked')
  if (((row.unreached ?? []).length === 0 && !isGone) || (await change.get(tables.expiring, row.id)) !== undefined)
    return
  const goes = row.lifeMs !== undefined || (await change.get(tables.viewings, row.id))?.stage === 'sent'
  if (goes) change.put(tables.expiring, row.id, { at: clock.now() + times.unreachedMs, isWaiting: true })
}

/** Those who could not be reached get it only if they are waited for still. */
export async function stopWaiting(
  context: Context,
  change: Change,
  {
    key,
    row,
    isAwaited,
    ...everywhere
  }: Everywhere & { readonly key: string; readonly row: MessageRow; readonly isAwaited: IsPerson },
): Promise<void> {
  const { tables, events } = context
  const { unreached = [], ...others } = row
  const awaited = unreached.filter(isAwaited)
  const next = awaited.length === 0 ? others : { ...others, unreached: awaited }
  const tell = (): void => {
    events.emit('view', { messageId: row.id, conversationId: key.slice(0, key.indexOf('/')) })
  }
  if (awaited.length < unreached.length) {
    change.put(tables.messages, key, next)
    change.after(tell)
  }
  if (!(await isEverywhere(context, change, key, next, everywhere))) return
  await beginLife(context, change, next)
  const viewing = await change.get(tables.viewings, row.id)
  if (viewing?.stage !== 'sent') return
  await wipeMessage(context, change, row.id, { ...viewing, stage: 'delivered' })
  change.after(tell)
}
