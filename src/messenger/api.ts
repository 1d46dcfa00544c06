// What a person (or a program) can do: the surface of the library. Ids are opaque lower-case hex strings.
// Everything that a view shows is plain data that survives structured clone.

import type { Platform } from './ports/platform.ts'
import type { Broadcast } from './api/broadcast.ts'
import type { CallsApi } from './api/calls.ts'
import type { ContactsApi, FollowsApi } from './api/contacts.ts'
import type { ConversationsApi } from './api/conversations.ts'
import type { MessageDraft, MessagesApi, SendOptions, SentMessage } from './api/messages.ts'
import type { MessengerEvents, TypedTarget } from './api/events.ts'
import type { GroupsApi } from './api/groups.ts'
import type { InvitesApi, RequestsApi } from './api/invites.ts'
import type { MediaApi } from './api/media.ts'
import type { ProfileApi, RelaysApi, SettingsApi } from './api/profile.ts'
import type { PushApi } from './api/push.ts'
import type { PostsApi } from './api/posts.ts'
import type { SearchApi } from './api/search.ts'
import type { TransfersApi } from './api/transfers.ts'
import type { VaultApi } from './api/vault.ts'

export * from './api/broadcast.ts'
export * from './api/calls.ts'
export * from './api/profile.ts'
export * from './api/groups.ts'
export * from './api/invites.ts'
export * from './api/contacts.ts'
export * from './api/conversations.ts'
export * from './api/media.ts'
export * from './api/messages.ts'
export * from './api/posts.ts'
export * from './api/search.ts'
export * from './api/transfers.ts'
export * from './api/events.ts'
export * from './api/errors.ts'
export * from './api/push.ts'
export * from './api/vault.ts'
export type { MediaErrorCode } from './ports.ts'

export interface MessengerOptions {
  readonly platform: Platform
  /** Origins of the relays this person uses; the first is the home relay. */
  readonly relays: readonly string[]
  /** Used when the profile is new. */
  readonly profile?: { readonly name: string }
}

export interface Messenger extends TypedTarget<MessengerEvents>, AsyncDisposable {
  readonly profile: ProfileApi
  readonly invites: InvitesApi
  readonly requests: RequestsApi
  readonly contacts: ContactsApi
  readonly follows: FollowsApi
  readonly groups: GroupsApi
  readonly conversations: ConversationsApi
  readonly messages: MessagesApi
  readonly media: MediaApi
  readonly transfers: TransfersApi
  readonly relays: RelaysApi
  readonly settings: SettingsApi
  readonly posts: PostsApi
  readonly calls: CallsApi
  readonly search: SearchApi
  readonly push: PushApi
  readonly vault: VaultApi
  /** Resolves when the message and everything it needs is stored on this device. @throws UsageError, MediaError */
  send(conversationId: string, draft: MessageDraft, options?: SendOptions): Promise<SentMessage>
  readonly broadcast: Broadcast
  /** Stops everything; nothing that was stored is lost. */
  close(): Promise<void>
}
