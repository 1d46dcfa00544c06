// The photos and videos of messages.

export interface Attachment {
  /** Names the attachment on this device: `<messageId>.<index>`. */
  readonly id: string
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
