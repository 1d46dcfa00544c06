// What a person (or a program) can do: the surface of the library. Ids are opaque lower-case hex strings.
// Everything that a view shows is plain data that survives structured clone.

import type { MediaErrorCode, MediaSource, Platform, Quality } from './ports.ts'

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
  readonly conversations: ConversationsApi
  readonly messages: MessagesApi
  readonly media: MediaApi
  readonly relays: RelaysApi
  readonly settings: SettingsApi
  /** Resolves when the message and everything it needs is stored on this device. @throws UsageError, MediaError */
  send(conversationId: string, draft: MessageDraft, options?: SendOptions): Promise<SentMessage>
  /** Stops everything; nothing that was stored is lost. */
  close(): Promise<void>
}

// ---------------------------------------------------------------- profile, settings, relays

export interface ProfileApi {
  get(): Promise<ProfileView>
  setName(name: string): Promise<void>
}
export interface ProfileView {
  readonly name: string
  /** Fingerprint of the account key, hex. */
  readonly fingerprint: string
}

export interface SettingsApi {
  get(): Promise<Settings>
  set(change: Partial<Settings>): Promise<void>
}
export interface Settings {
  /** False: everything goes through relays and contacts never learn this device's IP address. */
  readonly direct: boolean
  /** False: no `Seen` is sent, and none is shown. */
  readonly seenReceipts: boolean
}

export interface RelaysApi {
  list(): Promise<readonly RelayView[]>
  /** Checks that a Safelight relay answers there. @throws TransportError, UsageError */
  add(url: string): Promise<void>
  /** Refused while it is the only one. */
  remove(url: string): Promise<void>
}
export interface RelayView {
  readonly url: string
  /** Host and port, as shown in states. */
  readonly name: string
  readonly state: 'connecting' | 'live' | 'offline'
  /** Why it is offline, where known. */
  readonly problem?: 'relay-unreachable' | 'not-a-relay' | 'relay-version' | 'not-a-member' | 'relay-full'
}

// ---------------------------------------------------------------- invites and requests

export interface InvitesApi {
  /** Makes a link. One use and 7 days by default; 7 days at most. @throws TransportError when the relay cannot be reached */
  create(options?: { readonly uses?: number; readonly expiresInMs?: number }): Promise<Invite>
  list(): Promise<readonly InviteView[]>
  revoke(id: string): Promise<void>
  /** Reads a link without using it; no network. @throws InviteError */
  inspect(link: string): InvitePreview
  /**
   * Sends a contact request. Resolves when it is stored on this device and handed to the relay.
   * The same link again returns the same contact. @throws InviteError, TransportError
   */
  connect(link: string, options?: { readonly text?: string; readonly signal?: AbortSignal }): Promise<ContactView>
}
export interface Invite extends InviteView {
  revoke(): Promise<void>
}
export interface InviteView {
  readonly id: string
  readonly link: string
  readonly uses: number
  readonly used: number
  readonly expiresAt: number
}
export interface InvitePreview {
  /** As claimed by the link; unverified. */
  readonly name: string
  readonly relay: string
  readonly expiresAt: number
  readonly fingerprint: string
}
export type InviteErrorCode =
  | 'broken' // not an invite, or damaged on the way
  | 'version' // made by a newer Safelight
  | 'expired'
  | 'used' // already used, or withdrawn
  | 'own' // your own invite
  | 'forged' // what the relay holds does not belong to the link
export class InviteError extends Error {
  override readonly name = 'InviteError'
  readonly code: InviteErrorCode
  constructor(code: InviteErrorCode, options?: ErrorOptions) {
    super(`invite: ${code}`, options)
    this.code = code
  }
}

export interface RequestsApi {
  list(): Promise<readonly RequestView[]>
  /** Becomes a contact with a conversation. Does not follow. */
  accept(id: string): Promise<ContactView>
  /** Forgets the request; the sender is not told. */
  delete(id: string): Promise<void>
  /** Deletes it and never hears from this account again. */
  block(id: string): Promise<void>
}
export interface RequestView {
  readonly id: string
  /** As claimed by the sender; unverified. */
  readonly name: string
  readonly text?: string
  readonly receivedAt: number
  readonly fingerprint: string
}

// ---------------------------------------------------------------- contacts and follows

export interface ContactsApi {
  list(): Promise<readonly ContactView[]>
  get(id: string): Promise<ContactView | undefined>
  /** Closes the mailbox: nothing of this contact arrives any more. Their messages stay on this device. */
  block(id: string): Promise<void>
  unblock(id: string): Promise<void>
}
export interface ContactView {
  readonly id: string
  readonly conversationId: string
  readonly name: string
  readonly fingerprint: string
  /** `asked`: my request waits for their answer. */
  readonly state: 'asked' | 'accepted' | 'blocked'
  readonly following: boolean
  /** A direct connection stands. */
  readonly direct: boolean
}

export interface FollowsApi {
  add(contactId: string): Promise<void>
  remove(contactId: string): Promise<void>
  /** Contact ids. */
  list(): Promise<readonly string[]>
}

// ---------------------------------------------------------------- conversations and messages

export interface ConversationsApi {
  /** Newest first. */
  list(): Promise<readonly ConversationView[]>
  get(id: string): Promise<ConversationView | undefined>
  /** A page, oldest first: the newest `limit` (default 50) before the message `before`. */
  page(id: string, options?: { readonly before?: string; readonly limit?: number }): Promise<readonly MessageView[]>
  /** Everything received up to this message was looked at. */
  markSeen(id: string, messageId: string): Promise<void>
  setDraft(id: string, text: string): Promise<void>
  /** The person looks at this conversation: a direct connection is made ready. */
  warm(id: string): Promise<void>
}
export interface ConversationView {
  readonly id: string
  readonly contactId: string
  readonly name: string
  readonly unread: number
  readonly lastMessage?: MessageView
  readonly lastActivityAt: number
  readonly draft: string
  /** False while my request waits: messages are kept on this device until then. */
  readonly accepted: boolean
}

export interface MessageDraft {
  readonly text?: string
  readonly media?: readonly MediaDraft[]
}
export interface MediaDraft {
  readonly data: MediaSource
  readonly quality?: Quality
  readonly caption?: string
  readonly altText?: string
}
export interface SendOptions {
  /**
   * The message's id, chosen by the caller: 32 lower-case hex digits from a secure random source. Makes `send` safe to
   * repeat: when a message of this id is stored already, that one is returned and nothing is sent again.
   */
  readonly id?: string
  readonly signal?: AbortSignal
  /** Preparation of the media, 0 to 1. */
  readonly onProgress?: (fraction: number) => void
}

export interface MessagesApi {
  get(id: string): Promise<MessageView | undefined>
  /** Tries a failed message again. */
  retry(id: string): Promise<void>
  /** Deletes it on this device, with its media; an unsent one is never sent. */
  delete(id: string): Promise<void>
}

export interface MessageView {
  readonly id: string
  readonly conversationId: string
  /** Position in the conversation; rises. */
  readonly order: number
  /** Undefined: mine. */
  readonly senderId?: string
  readonly senderName: string
  readonly sentAt: number
  readonly text?: string
  readonly attachments: readonly Attachment[]
  /** Mine only; one per recipient. */
  readonly recipients: readonly RecipientView[]
}

export interface RecipientView {
  readonly contactId: string
  readonly name: string
  readonly state: DeliveryState
}
export type DeliveryState =
  | { readonly kind: 'sending' }
  /** The relay named `relay` keeps it, media included, until the time `until`. */
  | { readonly kind: 'kept'; readonly relay: string; readonly until: number }
  /** Stored on the recipient's device, media included. */
  | { readonly kind: 'delivered'; readonly at: number }
  | { readonly kind: 'seen'; readonly at: number }
  | { readonly kind: 'failed'; readonly reason: FailureReason }
export type FailureReason =
  | 'relay-full'
  | 'mailbox-full'
  | 'blocked' // the recipient's mailbox is gone
  | 'too-large'
  | 'not-a-member'
  | 'expired' // nobody fetched it from the relay in time
  | 'damaged' // the sealed media on this device cannot be read any more

export interface SentMessage {
  readonly id: string
  readonly conversationId: string
  readonly recipients: readonly RecipientView[]
  /** Resolves when every recipient has reached the state or a later one; rejects with UsageError `failed`, or when aborted. */
  state(kind: 'kept' | 'delivered' | 'seen', options?: { readonly signal?: AbortSignal }): Promise<void>
}

// ---------------------------------------------------------------- media

export interface Attachment {
  /** Names the attachment on this device: `<messageId>.<index>`. */
  readonly id: string
  readonly kind: 'photo' | 'video'
  readonly mime: string
  readonly width: number
  readonly height: number
  readonly durationMs?: number
  readonly thumbhash?: Uint8Array
  readonly sizeBytes: number
  readonly caption?: string
  readonly altText?: string
  readonly hasPoster: boolean
  readonly transfer: TransferView
}
export type TransferView =
  /** All of it is on this device (for mine: nothing left to upload either). */
  | { readonly kind: 'done' }
  | { readonly kind: 'download' | 'upload'; readonly doneBytes: number; readonly totalBytes: number }
  /** Waiting for a source: the sender or a relay that has it. */
  | { readonly kind: 'waiting'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'failed'; readonly reason: 'expired' | 'damaged' | 'storage-full' | 'relay-full' | 'too-large' }

export type Rendition = 'display' | 'poster'

export interface MediaApi {
  /**
   * Decrypted bytes of a rendition, [start, end), in order, in parts of ≤ 256 KiB; waits for segments that are still on
   * their way and asks for them first. @throws UsageError when unknown, StorageError when damaged, AbortError
   */
  read(
    attachment: Attachment | string,
    options?: {
      readonly start?: number
      readonly end?: number
      readonly rendition?: Rendition
      readonly signal?: AbortSignal
    },
  ): AsyncIterable<Uint8Array>
}

// ---------------------------------------------------------------- events and errors

export interface MessengerEvents {
  /** A message arrived and is stored. */
  message: MessageView
  request: RequestView
  /** A recipient's state changed. */
  state: { readonly messageId: string; readonly conversationId: string; readonly recipient: RecipientView }
  transfer: { readonly attachmentId: string; readonly conversationId: string; readonly transfer: TransferView }
  presence: { readonly contactId: string; readonly direct: boolean }
  /** Something a list shows changed: read it again. */
  change: {
    readonly what: 'conversations' | 'requests' | 'contacts' | 'relays' | 'profile' | 'settings' | 'invites'
    readonly id?: string
  }
  /** Something the person should know; never thrown away silently. */
  error: { readonly code: NoticeCode; readonly conversationId?: string }
}
export type NoticeCode = 'undecryptable-message' | 'storage-full' | 'storage-damaged' | 'relay-lost-messages'

export interface TypedTarget<Events> {
  addEventListener<K extends keyof Events & string>(
    type: K,
    listener: (event: CustomEvent<Events[K]>) => void,
    options?: AddEventListenerOptions,
  ): void
  removeEventListener<K extends keyof Events & string>(type: K, listener: (event: CustomEvent<Events[K]>) => void): void
}

export type UsageErrorCode =
  | 'unknown-conversation'
  | 'unknown-message'
  | 'unknown-contact'
  | 'unknown-request'
  | 'unknown-attachment'
  | 'empty-message'
  | 'text-too-long'
  | 'too-many-attachments'
  | 'bad-name'
  | 'bad-relay-url'
  | 'last-relay'
  | 'blocked'
  | 'failed'
  | 'closed'
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code: UsageErrorCode
  constructor(code: UsageErrorCode, options?: ErrorOptions) {
    super(`usage: ${code}`, options)
    this.code = code
  }
}
export type { MediaErrorCode }
