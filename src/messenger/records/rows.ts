// Every kind of row as code sees it. How each is written, and what its fields mean, stands in shapes/.

import type { Codec } from '../../protocol/cbor/codec.ts'
import type { accountRow } from './shapes/account.ts'
import type { blobRow } from './shapes/blob.ts'
import type { contactRow, followRow, introductionRow } from './shapes/contact.ts'
import type { conversationRow } from './shapes/conversation.ts'
import type { pushRow } from './shapes/device.ts'
import type { groupRow } from './shapes/group.ts'
import type { inviteRow, callRow } from './shapes/invite.ts'
import type { mailboxRow } from './shapes/mailbox.ts'
import type { line, messageRow } from './shapes/message.ts'
import type { outboxRow } from './shapes/outbox.ts'
import type { position, sessionsRow } from './shapes/session.ts'
import type { viewingRow } from './shapes/viewing.ts'

type Of<C> = C extends Codec<infer T> ? T : never

export type AccountRow = Of<typeof accountRow>
export type BlobRow = Of<typeof blobRow>
export type ContactRow = Of<typeof contactRow>
export type FollowRow = Of<typeof followRow>
export type IntroductionRow = Of<typeof introductionRow>
export type ConversationRow = Of<typeof conversationRow>
export type PushRow = Of<typeof pushRow>
export type GroupRow = Of<typeof groupRow>
export type InviteRow = Of<typeof inviteRow>
export type CallRow = Of<typeof callRow>
export type MailboxRow = Of<typeof mailboxRow>
export type LineRow = Of<typeof line>
export type MessageRow = Of<typeof messageRow>
export type OutboxRow = Of<typeof outboxRow>
export type Position = Of<typeof position>
export type SessionsRow = Of<typeof sessionsRow>
export type ViewingRow = Of<typeof viewingRow>
