// What is being sent and fetched, as a person manages it, and what media take.

import type { TransferView } from './media.ts'

export interface TransfersApi {
  /** Of all conversations: what runs, waits, is paused or has failed. The newest first. */
  list(): Promise<readonly TransferItem[]>
  /** Fetches what did not come by itself, or made room. Nothing of a request. @throws UsageError `unknown-attachment` */
  start(attachmentId: string, rendition?: TransferRendition): Promise<void>
  /** Stays stopped, also over restarts, until `resume`. Of an upload it stops the relay's and the contact's share alike. */
  pause(attachmentId: string, rendition?: TransferRendition): Promise<void>
  resume(attachmentId: string, rendition?: TransferRendition): Promise<void>
  /**
   * Gives up a download, with what is here of it: it is `offered` then. An upload ends as `failed`, with `cancelled`, for
   * who did not get it yet.
   */
  cancel(attachmentId: string, rendition?: TransferRendition): Promise<void>
  /** Once more from the beginning what was damaged or failed. */
  retry(attachmentId: string, rendition?: TransferRendition): Promise<void>
  /** The bytes that media take on this device, by conversation, the largest first. */
  usage(): Promise<readonly ConversationUsage[]>
  /**
   * Deletes from this device what was received in a conversation and is whole: it is `evicted` then. What was stopped or
   * only looked into is `offered` again. Messages stay, and so does what I sent, what is under way, read at this moment, or
   * to be viewed once, and stills of videos.
   */
  clear(conversationId: string): Promise<void>
}
export type TransferRendition = 'display' | 'original'
export interface TransferItem {
  readonly attachmentId: string
  /** Of media in posts: `posts` for mine, `posts-` with the id of the contact for theirs. */
  readonly conversationId: string
  readonly rendition: TransferRendition
  readonly direction: 'upload' | 'download'
  readonly transfer: TransferView
}
export interface ConversationUsage {
  /** As in `TransferItem`. */
  readonly conversationId: string
  /** Of mine. */
  readonly sentBytes: number
  readonly receivedBytes: number
  /** How much of `receivedBytes` goes by `clear`. */
  readonly clearableBytes: number
}

/** For each kind the size in bytes up to which it is fetched by itself; 0: never. */
export interface AutoDownload {
  readonly photo: number
  readonly video: number
  readonly voice: number
  readonly file: number
}
