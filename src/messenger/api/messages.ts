// Messages: writing, forwarding, looking, and how far each got.

import type { MediaSource, MediaStage, Quality, VideoEdits } from '../ports.ts'
import type { TimerLine } from './conversations.ts'
import type { GroupLine } from './groups.ts'
import type { Attachment } from './media.ts'

export interface MessageDraft {
  readonly text?: string
  readonly media?: readonly MediaDraft[]
  /** To be viewed and not kept: photos and videos, at least one. @throws UsageError `bad-view` for anything else */
  readonly view?: ViewPolicy
  /** Id of the message of this conversation that it answers. */
  readonly replyTo?: string
  /** People who are named in the text, in order and apart from each other. @throws UsageError `bad-mention` */
  readonly mentions?: readonly Mention[]
}

/** A part of a text that names a person of the conversation. */
export interface Mention {
  /** Code points of the text as it is sent, without space around it: the first of the name and the first after it. */
  readonly from: number
  readonly to: number
  /** Of their account, hex; my own is mine. */
  readonly fingerprint: string
}

/** What the sender wishes, and devices keep. It binds no camera in front of the screen: say so. */
export interface ViewPolicy {
  /** How long photos are shown, 1 to 10; without it until they are closed. Videos play to their end. */
  readonly seconds?: number
  /** How often it may be opened again: 0 or 1. */
  readonly replays: number
}

export interface MediaDraft {
  readonly data: MediaSource
  readonly quality?: Quality
  readonly caption?: string
  readonly altText?: string
  /** A video that plays again and again; of anything else it is ignored. */
  readonly loop?: boolean
  /** Of a video: which part of it is sent, without its sound, with which still. */
  readonly video?: VideoEdits
  /** The recording of a voice, to become a voice note. */
  readonly voice?: boolean
  /** With `quality: 'file'`: what it is called; what no system could write is taken out. */
  readonly name?: string
}

export interface SendOptions {
  /**
   * The message's id, chosen by the caller: 32 lower-case hex digits from a secure random source. Makes `send` safe to
   * repeat: when a message of this id is stored already, that one is returned and nothing is sent again.
   */
  readonly id?: string
  readonly signal?: AbortSignal
  /** Of the media, until they are sealed and the message is stored. What is uploaded then is told by `transfer` events. */
  readonly onProgress?: SendProgress
}

/** `fraction`: 0 to 1, of all there is to do, and never back. `stage`: of the medium that is worked on; absent where unknown. */
export type SendProgress = (fraction: number, stage?: SendStage) => void
/** Each medium goes through some of them, in this order; one that is sent `as file`, or forwarded, is only encrypted. */
export type SendStage =
  | MediaStage
  /** Sealed into the store of this device, with its original where that goes along. Bytes of what is sealed. */
  | { readonly kind: 'encrypt'; readonly doneBytes: number; readonly totalBytes: number }

export interface ForwardOptions {
  /** Of the new messages, one for each conversation; see `SendOptions.id`. */
  readonly ids?: readonly string[]
  /** Said in place of its words; empty: nothing is. */
  readonly text?: string
  readonly signal?: AbortSignal
  readonly onProgress?: SendProgress
}

export interface MessagesApi {
  get(id: string): Promise<MessageView | undefined>
  /** Tries a failed message again. */
  retry(id: string): Promise<void>
  /**
   * Takes the place of my reaction to it; undefined takes it back. One sign, up to 16 code points.
   * @throws UsageError `unknown-message`, `bad-reaction`
   */
  react(id: string, emoji: string | undefined): Promise<void>
  /** A new text in place of the one I sent; everybody sees that it was changed. @throws UsageError `unknown-message`, `not-yours`, `empty-message`, `text-too-long` */
  edit(id: string, text: string): Promise<void>
  /**
   * My messages of one conversation go everywhere: here at once, with everybody else when they hear of it. What they saw or
   * kept elsewhere they have. @throws UsageError `unknown-message`, `not-yours`, `too-many-messages` for more than 256
   */
  unsend(ids: readonly string[]): Promise<void>
  /** For everybody in the conversation. @throws UsageError `unknown-message` */
  pin(id: string, isPinned: boolean): Promise<void>
  /**
   * What it says and shows, as new messages of these conversations: sealed anew, with nothing of where it comes from. An
   * original that is not here is left out. What was said so far stays said when a later one fails.
   * @throws UsageError `unknown-message` (also taken back), `view-only`, `media-not-here`, and as `send`
   */
  forward(id: string, conversationIds: readonly string[], options?: ForwardOptions): Promise<readonly SentMessage[]>
  /** Deletes it on this device, with its media; an unsent one is never sent. */
  delete(id: string): Promise<void>
  /**
   * Begins the one view of a received message, once all of it is here. That it began is stored before anything of it is
   * given out: a view that a crash ends is over. It ends by itself at `endsAt` at the latest.
   * @throws UsageError `unknown-message`, `no-view` (it may be kept), `view-waiting` (not all of it is here), `view-open`
   * (in any tab), `view-over`
   */
  openView(id: string): Promise<OpenedView>
  /** The same once more, where the sender allows it, within a day. @throws as `openView`; `view-over` where it is not allowed */
  replayView(id: string): Promise<OpenedView>
  /** The person is done: keys and bytes are deleted, unless a replay is left. Without effect when it is not open. */
  closeView(viewId: string): Promise<void>
  /** The platform tells that a picture was taken of the open view: the sender is told. Without effect when none is open. */
  reportCapture(id: string): Promise<void>
}

export interface OpenedView {
  /** Ends the view: `closeView`. */
  readonly viewId: string
  readonly messageId: string
  /** How long each photo may be shown. */
  readonly seconds?: number
  readonly isReplay: boolean
  /** When this device ends it whatever happens. */
  readonly endsAt: number
  readonly text?: string
  /** Read them by these ids; they are good until the view ends. */
  readonly attachments: readonly Attachment[]
}

/** What there is to see of a message with a view policy, before and after its view. */
export interface MessageViewing {
  readonly seconds?: number
  readonly replays: number
  readonly photos: number
  readonly videos: number
  /**
   * `sealed`: not opened yet. `open`: now, or its replay. `replayable`: opened, a replay is left. `over`: gone, viewed.
   * `expired`: gone, nobody opened it in time. `sent`: mine, and on its way. `delivered`: mine, and no longer here.
   */
  readonly stage: 'sealed' | 'open' | 'replayable' | 'over' | 'expired' | 'sent' | 'delivered'
  /** Until when it can be opened, or opened again. */
  readonly until?: number
  readonly openedAt?: number
  readonly replayedAt?: number
  readonly capturedAt?: number
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
  readonly mentions?: readonly Mention[]
  /** The message that it answers, as far as it is here. */
  readonly replyTo?: QuotedMessage
  /** The texts that were there before, oldest first, where it was changed; each as of when it was written. */
  readonly earlierTexts?: readonly { readonly text: string; readonly at: number }[]
  /** It is no message of anybody: this happened. */
  readonly line?: GroupLine | TimerLine
  /** When it goes, once that is known. */
  readonly expiresAt?: number
  readonly reactions: readonly Reaction[]
  readonly isPinned: boolean
  /** Its sender took it back: nothing of it is here any more. */
  readonly unsentAt?: number
  readonly attachments: readonly Attachment[]
  /** It is to be viewed and not kept: text, captions and pictures are in its `OpenedView` alone. */
  readonly viewing?: MessageViewing
  /** Mine only; one per recipient. Empty in a group as long as nobody else has joined it. */
  readonly recipients: readonly RecipientView[]
  /** Mine, in a group: how many people who are asked get it when they join. Absent for nobody. */
  readonly awaited?: number
}

export interface Reaction {
  /** Undefined: mine. */
  readonly contactId?: string
  readonly name: string
  readonly emoji: string
  readonly at: number
}

/** What an answer shows of the message before it. */
export interface QuotedMessage {
  readonly id: string
  /** Absent where it is not on this device any more, or was taken back. */
  readonly senderName?: string
  readonly text?: string
  readonly media?: Attachment['kind']
}

export interface RecipientView {
  /** Of a member of a group whom this device has not met yet, the fingerprint. */
  readonly contactId: string
  readonly name: string
  readonly state: DeliveryState
  /** What their device said of the view; nothing said proves nothing. */
  readonly openedAt?: number
  readonly replayedAt?: number
  readonly capturedAt?: number
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
  | 'removed' // they are no member of the group any more
  | 'cancelled' // the person stopped the upload

export interface SentMessage {
  readonly id: string
  readonly conversationId: string
  readonly recipients: readonly RecipientView[]
  /**
   * Resolves when every recipient has reached the state or a later one, and there is one: what is said in a group that nobody
   * else has joined yet waits for the first who does, for as long as it takes. Rejects with UsageError `failed`, also once it is
   * taken back or gone, with `closed`, or when aborted.
   */
  state(kind: 'kept' | 'delivered' | 'seen', options?: { readonly signal?: AbortSignal }): Promise<void>
}
