// The photos, videos, voice notes and files of messages.

import type { FailureReason } from './messages.ts'

export interface Attachment {
  /** Names the attachment on this device: `<messageId>.<index>`, in an opened view `<messageId>.<index>.<viewId>`. */
  readonly id: string
  /** A `file` is only ever saved, whatever its type says: never show one. */
  readonly kind: 'photo' | 'video' | 'voice' | 'file'
  readonly mime: string
  readonly width: number
  readonly height: number
  readonly durationMs?: number
  readonly thumbhash?: Uint8Array
  readonly sizeBytes: number
  readonly caption?: string
  readonly altText?: string
  readonly hasPoster: boolean
  /** Plays again and again. */
  readonly loop?: boolean
  /** Of a voice note: 64 amplitudes from 0 to 255. */
  readonly waveform?: Uint8Array
  /** Of a file: safe to show and to write under. */
  readonly name?: string
  /** The same with more pixels or less loss, fetched when `read` or `transfers.start` asks for it. */
  readonly original?: OriginalView
  /** Of a message with a view policy: not to be read outside a view, nor shown in galleries, forwarded or saved. */
  readonly viewOnly?: boolean
  readonly transfer: TransferView
}
export interface OriginalView {
  readonly mime: string
  readonly width: number
  readonly height: number
  readonly sizeBytes: number
  readonly transfer: TransferView
}
export type TransferView =
  /** All of it is on this device (for mine: nothing left to upload either). */
  | { readonly kind: 'done' }
  | { readonly kind: 'download' | 'upload'; readonly doneBytes: number; readonly totalBytes: number }
  /** Waiting for a source: the sender or a relay that has it. */
  | { readonly kind: 'waiting'; readonly doneBytes: number; readonly totalBytes: number }
  /** Stopped by the person, or only looked into; what is here stays. */
  | { readonly kind: 'paused'; readonly doneBytes: number; readonly totalBytes: number }
  /** Not fetched by itself: an original, or what the rules of `Settings.autoDownload` leave to the person. */
  | { readonly kind: 'offered'; readonly totalBytes: number }
  /** Was here, and made room for newer ones. It can be fetched again where somebody still has it. */
  | { readonly kind: 'evicted'; readonly totalBytes: number }
  | { readonly kind: 'failed'; readonly reason: FailureReason | 'storage-full' }

export type Rendition = 'display' | 'poster' | 'original'

export interface MediaApi {
  /**
   * Decrypted bytes of a rendition, [start, end), in order, in parts of ≤ 256 KiB; waits for segments that are still on
   * their way and asks for them first. Of what was not fetched by itself, was paused or made room, as much is fetched as is
   * read, and `paused` then; `transfers.start` fetches all of it. @throws UsageError `unknown-attachment`, `view-only` (of a view that is not open), StorageError when damaged,
   * MediaError `cancelled` when the download is given up meanwhile, AbortError
   */
  read(
    attachment: Attachment | string,
    options?: {
      readonly start?: number
      readonly end?: number
      readonly rendition?: Rendition
      /** Ends before the first segment that is not here yet, once something was given: for who asks again for the rest. */
      readonly isEager?: boolean
      readonly signal?: AbortSignal
    },
  ): AsyncIterable<Uint8Array>
}
