// The blobs that a message speaks of: for each picture its poster first, then the picture, hash lists before what they list.

import { toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import type { MediaItem } from '../../protocol/content/content.ts'
import type { Manifest } from '../../protocol/content/manifest.ts'
import type { MessageRow } from '../records/rows.ts'

export interface BlobRef {
  readonly blobId: string
  readonly role: 'display' | 'poster'
  readonly manifest: Manifest
  /** Position of its attachment in the message. */
  readonly index: number
}

export function mediaOf(row: MessageRow): readonly MediaItem[] {
  const content = decodeContent(row.content)
  return content?.body.kind === 'message' ? content.body.media : []
}

export function blobRefs(media: readonly MediaItem[]): BlobRef[] {
  return media.flatMap((item, index): BlobRef[] => {
    const display: BlobRef = { blobId: toHex(item.display.blobId), role: 'display', manifest: item.display, index }
    if (item.poster === undefined) return [display]
    return [{ blobId: toHex(item.poster.blobId), role: 'poster', manifest: item.poster, index }, display]
  })
}

/** A blob with what it needs to be checked: itself, and its hash list where that is a blob of its own. */
export function withHashList(
  ref: Pick<BlobRef, 'manifest' | 'role'>,
): { readonly blobId: string; readonly role: 'display' | 'poster' | 'hashes'; readonly segmentCount: number }[] {
  const { manifest, role } = ref
  const own = { blobId: toHex(manifest.blobId), role, segmentCount: manifest.segmentCount }
  if (manifest.hashes.kind === 'inline') return [own]
  const list = manifest.hashes.manifest
  return [{ blobId: toHex(list.blobId), role: 'hashes', segmentCount: list.segmentCount }, own]
}
