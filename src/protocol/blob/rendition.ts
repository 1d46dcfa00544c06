// What a blob holds (§7). It enters the AAD, so a poster cannot stand in for the picture, nor a hash list for either.
// `display` is what is shown, heard or, of a file, its bytes; `original` the same picture or video as it was taken.

import type { Bytes } from '../bytes.ts'
import { concatBytes } from '../bytes.ts'
import { labels } from '../labels.ts'
import { requireLength } from '../primitives/error.ts'

export type Rendition = 'display' | 'poster' | 'hashes' | 'original'

export const blobIdBytes = 32

const codes: Readonly<Record<Rendition, number>> = { display: 1, poster: 2, hashes: 3, original: 4 }

/** `P"media" ‖ blobId ‖ u8 rendition`. @throws CryptoError `usage` unless the id has 32 bytes */
export function blobAad(blobId: Bytes, rendition: Rendition): Bytes {
  requireLength(blobId, blobIdBytes)
  return concatBytes(labels.media, blobId, Uint8Array.of(codes[rendition]))
}
