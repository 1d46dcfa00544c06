// What the service worker asks a page for, and what it is answered. A message on the same port later than the question
// means that nobody waits any more.

export interface MediaQuestion {
  readonly kind: 'media'
  readonly attachmentId: string
  readonly rendition: 'display' | 'poster' | 'original'
  /** Bytes [start, end); the page answers with fewer where the media ends before, or where more of it is still on its way. */
  readonly start: number
  readonly end: number
}

export type MediaAnswer =
  | { readonly kind: 'bytes'; readonly mime: string; readonly sizeBytes: number; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed' }
