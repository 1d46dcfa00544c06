// All tables of a profile over one store.

import type { Store } from '../ports.ts'
import * as rows from './rows.ts'
import { Table } from './table.ts'

export async function openTables(store: Store) {
  return {
    account: new Table(store, 'account', rows.accountRow),
    mailboxes: await new Table(store, 'mailboxes', rows.mailboxRow).hold(),
    prekeys: new Table(store, 'prekeys', rows.prekeysRow),
    offers: new Table(store, 'offers', rows.offerRow),
    invites: await new Table(store, 'invites', rows.inviteRow).hold(),
    calls: await new Table(store, 'calls', rows.callRow).hold(),
    connects: new Table(store, 'connects', rows.connectRow),
    firsts: await new Table(store, 'firsts', rows.firstRow).hold(),
    contacts: await new Table(store, 'contacts', rows.contactRow).hold(),
    sessions: await new Table(store, 'sessions', rows.sessionsRow).hold(),
    follows: await new Table(store, 'follows', rows.followRow).hold(),
    conversations: await new Table(store, 'conversations', rows.conversationRow).hold(),
    messages: new Table(store, 'messages', rows.messageRow),
    messageIndex: new Table(store, 'messageIndex', rows.messageIndexRow),
    earlyActions: await new Table(store, 'earlyActions', rows.earlyActionRow).hold(),
    groups: await new Table(store, 'groups', rows.groupRow).hold(),
    groupPictures: new Table(store, 'groupPictures', rows.groupPictureRow),
    groupOperations: new Table(store, 'groupOperations', rows.groupOperationRow),
    earlyContents: await new Table(store, 'earlyContents', rows.earlyContentRow).hold(),
    expiring: await new Table(store, 'expiring', rows.expiringRow).hold(),
    introductions: await new Table(store, 'introductions', rows.introductionRow).hold(),
    outbox: await new Table(store, 'outbox', rows.outboxRow).hold(),
    kept: await new Table(store, 'kept', rows.keptRow).hold(),
    blobs: new Table(store, 'blobs', rows.blobRow),
    receipts: await new Table(store, 'receipts', rows.receiptsRow).hold(),
    viewings: await new Table(store, 'viewings', rows.viewingRow).hold(),
    clock: await new Table(store, 'clock', rows.clockRow).hold(),
    pushes: await new Table(store, 'pushes', rows.pushRow).hold(),
    quarantine: new Table(store, 'quarantine', rows.quarantineRow),
  }
}
export type Tables = Awaited<ReturnType<typeof openTables>>
