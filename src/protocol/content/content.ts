// What travels inside an envelope: who it belongs to, what it follows, and one body. Sender and time come only from here,
// never from the outside. Spec: docs/protocol.md §6.

import type { Bytes } from '../bytes.ts'
import type { Manifest } from './manifest.ts'

export interface Content {
  /** 16 random bytes; the same message has the same id however often it arrives. */
  readonly messageId: Bytes
  /** 16 bytes. A message for one conversation never lands in another. */
  readonly conversationId: Bytes
  /** Ids of the newest messages that the sender knew, at most 8. */
  readonly parents: readonly Bytes[]
  /** Hashes of the newest group operations that the sender knew, at most 8; empty between two people. */
  readonly groupHeads: readonly Bytes[]
  /** The sender's device log. */
  readonly log: LogHead
  readonly sentAtMs: number
  readonly body: Body
}

/** Names a state of a device log: how many entries, and the hash over them. */
export interface LogHead {
  readonly length: number
  /** 32 bytes. */
  readonly head: Bytes
}

export type Body =
  /** The first message to somebody who is no contact yet. */
  | { readonly kind: 'request'; readonly name: string; readonly mailbox: MailboxAddress; readonly text?: string }
  | { readonly kind: 'accept'; readonly name: string; readonly mailbox: MailboxAddress }
  | { readonly kind: 'message'; readonly text?: string; readonly media: readonly MediaItem[] }
  /** Message ids, at most 256 each. */
  | { readonly kind: 'receipt'; readonly delivered: readonly Bytes[]; readonly seen: readonly Bytes[] }
  | { readonly kind: 'profile'; readonly name: string }
  /** Where to write to the sender from now on. */
  | { readonly kind: 'mailbox'; readonly mailbox: MailboxAddress }
  /** I begin a new session, or answer one: who I am and where to write to me, whatever was lost before. */
  | { readonly kind: 'refresh'; readonly name: string; readonly mailbox: MailboxAddress }
  /** Of a later version: acknowledged and shown as such, never encoded. */
  | { readonly kind: 'unknown'; readonly code: number }

export interface MailboxAddress {
  /** The relay's origin. */
  readonly relay: string
  /** 32 bytes. */
  readonly writeKey: Bytes
}

export interface MediaItem {
  readonly kind: 'photo' | 'video'
  readonly display: Manifest
  /** A still for a video. */
  readonly poster?: Manifest
  readonly caption?: string
  readonly altText?: string
}
