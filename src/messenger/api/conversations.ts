// Conversations: listing, reading, and what is set of each.

import type { PersonName } from './groups.ts'
import type { ReportFile } from './invites.ts'
import type { MessageView } from './messages.ts'

export interface ConversationsApi {
  /** Newest first. */
  list(): Promise<readonly ConversationView[]>
  get(id: string): Promise<ConversationView | undefined>
  /** A page, oldest first: the newest `limit` (default 50) before the message `before`. */
  page(id: string, options?: { readonly before?: string; readonly limit?: number }): Promise<readonly MessageView[]>
  /**
   * Everything received up to this message was looked at, as it is here now. Nobody is told so of a message whose media are
   * not all here: call it again, for any message that is not older, when they are here and shown.
   */
  markSeen(id: string, messageId: string): Promise<void>
  /** What is in the place to write. `about`: which message it is about, without which it is about none. */
  setDraft(id: string, text: string, about?: DraftAbout): Promise<void>
  /**
   * From now on what is written here goes from every device so long after it was seen there; 0: it stays. Everybody sees who
   * said so. From 5 seconds to 366 days. @throws UsageError `bad-timer`, `not-an-admin` in a group
   */
  setTimer(id: string, lifeMs: number): Promise<void>
  /**
   * Until then nothing tells of what comes; Infinity: until it is taken back, undefined: takes it back. In a group, what
   * mentions this person may be told all the same: see `MessageView.mentions`.
   */
  mute(id: string, until: number | undefined): Promise<void>
  /** Messages that are pinned, the newest last. */
  pinned(id: string): Promise<readonly MessageView[]>
  /**
   * The person writes, or stopped. Told over a direct connection that stands, and only where `Settings.typing` allows it;
   * to be repeated every few seconds while they write.
   */
  typing(id: string, isTyping: boolean): Promise<void>
  /**
   * As `requests.report`, of somebody who is a contact by now: what they wrote before. What two people say to each other once
   * they are contacts is signed by nobody and can be shown to nobody.
   * @throws UsageError `unknown-conversation`, `nothing-signed` also for a group
   */
  report(id: string): Promise<ReportFile>
  /** The person looks at this conversation: a direct connection is made ready. */
  warm(id: string): Promise<void>
}

export interface ConversationView {
  readonly id: string
  /** Of two people. */
  readonly contactId?: string
  /** Of a group: see `GroupsApi`. */
  readonly groupId?: string
  readonly name: string
  readonly unread: number
  readonly lastMessage?: MessageView
  readonly lastActivityAt: number
  readonly draft: string
  readonly draftAbout?: DraftAbout
  /** What is written goes so long after it was seen; 0: it stays. */
  readonly timerMs: number
  /** Nothing tells of what comes in it. */
  readonly isMuted: boolean
  /** While it is muted, and that ends by itself. */
  readonly mutedUntil?: number
  /** False while my request waits for an answer: until then, what I write lies where the request does. */
  readonly accepted: boolean
}

/** An answer to a message, or a new text for one; neither is sent yet. */
export type DraftAbout =
  | { readonly kind: 'reply'; readonly messageId: string }
  | { readonly kind: 'edit'; readonly messageId: string; readonly text: string }

/** Somebody changed after how long messages disappear. */
export interface TimerLine {
  readonly kind: 'timer'
  readonly by: PersonName
  readonly lifeMs: number
}
