// All tables of a profile over one store.

import type { Store } from '../ports.ts'
import { accountRow } from './shapes/account.ts'
import { blobRow } from './shapes/blob.ts'
import { contactRow, followRow, introductionRow } from './shapes/contact.ts'
import { conversationRow } from './shapes/conversation.ts'
import { clockRow, pushRow } from './shapes/device.ts'
import { groupRow, groupPictureRow, groupOperationRow, earlyContentRow } from './shapes/group.ts'
import { inviteRow, callRow, connectRow } from './shapes/invite.ts'
import { mailboxRow, prekeysRow, offerRow, quarantineRow } from './shapes/mailbox.ts'
import { messageRow, messageIndexRow, earlyActionRow, expiringRow } from './shapes/message.ts'
import { outboxRow, keptRow, receiptsRow } from './shapes/outbox.ts'
import { firstRow, sessionsRow } from './shapes/session.ts'
import { viewingRow } from './shapes/viewing.ts'
import { Table } from './table.ts'

export async function openTables(store: Store) {
  return {
    account: new Table(store, 'account', accountRow),
    mailboxes: await new Table(store, 'mailboxes', mailboxRow).hold(),
    prekeys: new Table(store, 'prekeys', prekeysRow),
    offers: new Table(store, 'offers', offerRow),
    invites: await new Table(store, 'invites', inviteRow).hold(),
    calls: await new Table(store, 'calls', callRow).hold(),
    connects: new Table(store, 'connects', connectRow),
    firsts: await new Table(store, 'firsts', firstRow).hold(),
    contacts: await new Table(store, 'contacts', contactRow).hold(),
    sessions: await new Table(store, 'sessions', sessionsRow).hold(),
    follows: await new Table(store, 'follows', followRow).hold(),
    conversations: await new Table(store, 'conversations', conversationRow).hold(),
    messages: new Table(store, 'messages', messageRow),
    messageIndex: new Table(store, 'messageIndex', messageIndexRow),
    earlyActions: await new Table(store, 'earlyActions', earlyActionRow).hold(),
    groups: await new Table(store, 'groups', groupRow).hold(),
    groupPictures: new Table(store, 'groupPictures', groupPictureRow),
    groupOperations: new Table(store, 'groupOperations', groupOperationRow),
    earlyContents: await new Table(store, 'earlyContents', earlyContentRow).hold(),
    expiring: await new Table(store, 'expiring', expiringRow).hold(),
    introductions: await new Table(store, 'introductions', introductionRow).hold(),
    outbox: await new Table(store, 'outbox', outboxRow).hold(),
    kept: await new Table(store, 'kept', keptRow).hold(),
    blobs: new Table(store, 'blobs', blobRow),
    receipts: await new Table(store, 'receipts', receiptsRow).hold(),
    viewings: await new Table(store, 'viewings', viewingRow).hold(),
    clock: await new Table(store, 'clock', clockRow).hold(),
    pushes: await new Table(store, 'pushes', pushRow).hold(),
    quarantine: new Table(store, 'quarantine', quarantineRow),
  }
}
export type Tables = Awaited<ReturnType<typeof openTables>>
