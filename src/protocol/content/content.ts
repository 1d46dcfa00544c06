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
  /**
   * 64 bytes: of what is written to somebody who has not accepted the sender yet, by the sender's device over what it says to
   * them (report/statement.ts). Only of a request and of messages.
   */
  readonly signature?: Bytes
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
  | ({ readonly kind: 'message' } & Message)
  | ({ readonly kind: 'receipt' } & Receipt)
  | { readonly kind: 'profile'; readonly name: string }
  /** Where to write to the sender from now on. */
  | { readonly kind: 'mailbox'; readonly mailbox: MailboxAddress }
  /** I begin a new session, or answer one: who I am and where to write to me, whatever was lost before. */
  | { readonly kind: 'refresh'; readonly name: string; readonly mailbox: MailboxAddress }
  | { readonly kind: 'reaction'; readonly to: Bytes; readonly emoji?: string }
  /** Takes the place of the text of a message of the sender's. */
  | { readonly kind: 'edit'; readonly of: Bytes; readonly text: string }
  /** Messages of the sender's that are to be gone everywhere. */
  | { readonly kind: 'unsend'; readonly of: readonly Bytes[] }
  /** From now on what is sent in this conversation goes so long after it was seen; 0: it stays. */
  | { readonly kind: 'timer'; readonly lifeMs: number }
  | { readonly kind: 'pin'; readonly of: Bytes; readonly isPinned: boolean }
  /** Only over a direct connection, and never stored. */
  | { readonly kind: 'typing'; readonly isTyping: boolean }
  /** The sender follows the recipient, or does no more. */
  | { readonly kind: 'follow'; readonly isFollowing: boolean }
  /** The answer to `follow`: whether the recipient gets the sender's posts. */
  | { readonly kind: 'follower'; readonly isApproved: boolean }
  /** For the sender's followers; gone at `until`. */
  | { readonly kind: 'post'; readonly text?: string; readonly media: readonly MediaItem[]; readonly until: number }
  /** Asks the recipient into a group. */
  | ({ readonly kind: 'invitation' } & Invitation)
  /** The answer: the signed word of the recipient, for whoever invited them to add them. */
  | { readonly kind: 'consent'; readonly consent: Bytes }
  /** Operations of a group's log, parents first, and the sender's heads. */
  | {
      readonly kind: 'operations'
      readonly group: Bytes
      readonly heads: readonly Bytes[]
      readonly operations: readonly Bytes[]
    }
  /** The sender's heads: what follows them is to be sent. */
  | { readonly kind: 'compare'; readonly group: Bytes; readonly heads: readonly Bytes[] }
  /** The picture of a group, or, without bytes, the wish to have it. */
  | { readonly kind: 'picture'; readonly group: Bytes; readonly hash: Bytes; readonly picture?: Bytes }
  /** Asks an admin whose link of the group the sender has to be asked in. */
  | { readonly kind: 'join'; readonly group: Bytes; readonly text?: string }
  /** The answer where there is no invitation. */
  | { readonly kind: 'joining'; readonly group: Bytes; readonly answer: JoinAnswer }
  /** Asks the recipient whether somebody else may have a link of theirs. */
  | ({ readonly kind: 'introduce' } & Introduction)
  /** The answer: a link for that person. */
  | { readonly kind: 'introduced'; readonly introduction: Bytes; readonly link: string }
  /** To that person: the link. */
  | ({ readonly kind: 'meet'; readonly link: string } & Introduction)
  /** Of a later version: acknowledged and shown as such, never encoded. */
  | { readonly kind: 'unknown'; readonly code: number }

/** With `view` it has photos and videos, at least one, without originals; all of it is shown in the view alone. */
export interface Message {
  readonly text?: string
  readonly media: readonly MediaItem[]
  readonly view?: ViewPolicy
  /** Id of a message of the same conversation, or of a post. */
  readonly replyTo?: Bytes
  readonly mentions?: readonly Mention[]
  /** Gone so long after it was seen. */
  readonly lifeMs?: number
}

/** A part of a text that names a person. */
export interface Mention {
  /** Code points of the text, the first of it and the first after it. */
  readonly from: number
  readonly to: number
  /** Of the person's account. */
  readonly fingerprint: Bytes
}

export interface Introduction {
  /** 16 random bytes. */
  readonly introduction: Bytes
  /** Of whom the recipient is to meet, as the sender says. */
  readonly fingerprint: Bytes
  readonly name: string
  readonly text?: string
}

/** Why somebody who asked by a link of a group is not asked in: it has as many people as it can, or the link is not open. */
export type JoinAnswer = 'full' | 'closed'

export interface Invitation {
  /** 16 random bytes: a consent answers one invitation. */
  readonly invitation: Bytes
  /** The first operation of the group, whose hash names it. */
  readonly first: Bytes
  /** Of the group, and of those who are in it or invited, as the sender says. */
  readonly name: string
  readonly people: readonly { readonly fingerprint: Bytes; readonly name: string }[]
  /** What is about to be said in it. */
  readonly text?: string
}

export interface MailboxAddress {
  /** The relay's origin. */
  readonly relay: string
  /** 32 bytes. */
  readonly writeKey: Bytes
}

/** Message ids, at most 256 each. The last three are of messages with a view policy; left out where there is none. */
export interface Receipt {
  readonly delivered: readonly Bytes[]
  readonly seen: readonly Bytes[]
  /** The view began. */
  readonly opened?: readonly Bytes[]
  /** The one replay began. */
  readonly replayed?: readonly Bytes[]
  /** The recipient's platform told of a picture taken of the view. */
  readonly captured?: readonly Bytes[]
}

/** The sender's wish, which recipients' devices keep: to be seen once, for a time, or once more. */
export interface ViewPolicy {
  /** How long photos are shown, 1 to 10; without it until they are closed. Videos play to their end. */
  readonly seconds?: number
  /** How often it may be opened again: 0 or 1. */
  readonly replays: number
}

/** Only a video has a poster or a loop, only photo and video an original; voice notes have waveform and duration, files a name. */
export interface MediaItem {
  readonly kind: MediaKind
  /** What is shown or heard; of a file its bytes, which are saved and never shown. */
  readonly display: Manifest
  /** A still for a video. */
  readonly poster?: Manifest
  readonly caption?: string
  readonly altText?: string
  /** The picture as it was taken, fetched only when it is asked for. */
  readonly original?: Manifest
  /** True: plays again and again. */
  readonly loop?: boolean
  /** 64 amplitudes from 0 to 255. */
  readonly waveform?: Bytes
  /** A name that `isFileName` takes. */
  readonly name?: string
}

export type MediaKind = 'photo' | 'video' | 'voice' | 'file'
