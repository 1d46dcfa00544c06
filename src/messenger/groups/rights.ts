// What there has to be, and what one has to be, before something is done in a group.

import type { GroupState } from '../../protocol/group/state.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, GroupRow } from '../records/rows.ts'
import type { GroupDirectory } from './directory.ts'

/** @throws UsageError `unknown-conversation` */
export async function requireRow({ tables }: Context, change: Change, groupId: string): Promise<GroupRow> {
  const row = await change.get(tables.groups, groupId)
  if (row === undefined) throw new UsageError('unknown-conversation')
  return row
}

/** What only a member may do, or only an admin. @throws UsageError `not-a-member`, `not-an-admin` */
export function requireRole(directory: GroupDirectory, groupId: string, what: 'member' | 'admin'): void {
  const me = directory.me(groupId)
  if (me === undefined) throw new UsageError('not-a-member')
  if (what === 'admin' && me.role !== 'admin') throw new UsageError('not-an-admin')
}

/** @throws UsageError `not-a-member` */
export function requireState(directory: GroupDirectory, groupId: string): GroupState {
  const state = directory.get(groupId)?.state
  if (state === undefined) throw new UsageError('not-a-member')
  return state
}

/** A contact whom I can ask into a group. @throws UsageError `unknown-contact` */
export function requireInvitable({ tables }: Context, contactId: string): ContactRow {
  const contact = tables.contacts.peek(contactId)
  if (contact === undefined || contact.state !== 'accepted' || contact.peer !== undefined)
    throw new UsageError('unknown-contact')
  return contact
}
