// Posts: for the people who follow me, until their time is over.

import type { MessageDraft, MessageView, SendOptions } from './messages.ts'

export interface PostsApi {
  /**
   * To everybody who follows me with my word, sealed once. Who follows me later does not get it. `lifeMs`: a day unless said
   * otherwise, up to a week. @throws UsageError `empty-message`, `text-too-long`, `too-many-attachments`, `bad-timer`, MediaError
   */
  create(
    draft: Pick<MessageDraft, 'text' | 'media'> & { readonly lifeMs?: number },
    options?: SendOptions,
  ): Promise<PostView>
  /** Of people I follow and my own, grouped by person: mine first, then those with something new, then the newest. */
  list(): Promise<readonly PostsOfPerson[]>
  /**
   * I looked at it: its author sees that, unless `Settings.seenReceipts` is off, or not all of it is here: then when I look
   * again. @throws UsageError `unknown-message`
   */
  markSeen(id: string): Promise<void>
  /** Mine goes everywhere; of somebody else's only here. @throws UsageError `unknown-message` */
  delete(id: string): Promise<void>
}

export interface PostsOfPerson {
  /** Undefined: mine. */
  readonly contactId?: string
  readonly name: string
  /** Oldest first, the way they are looked at. */
  readonly posts: readonly PostView[]
  readonly hasNew: boolean
}

/** Mine has a list of `recipients`, whose states say who looked at it, and when. */
export interface PostView extends MessageView {
  readonly until: number
  /** Of others: I looked at it. */
  readonly isSeen: boolean
}
