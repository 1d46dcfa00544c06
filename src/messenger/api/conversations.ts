// Conversations, their messages, and how far each got.

import type { MediaSource, Quality } from '../ports.ts'
import type { Attachment } from './media.ts'

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
  /** False while my request waits for an answer: until then, what I write lies where the request does. */
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
  | 'too-much-work' // the relay asks for more proof of work than a device does
  | 'expired' // nobody fetched it from the relay in time
  | 'damaged' // the sealed media on this device cannot be read any more

export interface SentMessage {
  readonly id: string
  readonly conversationId: string
  readonly recipients: readonly RecipientView[]
  /** Resolves when every recipient has reached the state or a later one; rejects with UsageError `failed`, or when aborted. */
  state(kind: 'kept' | 'delivered' | 'seen', options?: { readonly signal?: AbortSignal }): Promise<void>
}
