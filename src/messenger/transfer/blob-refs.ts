// The blobs that a message speaks of: for each medium its poster first, then itself, and behind all of them the originals,
// which nobody waits for; hash lists before what they list.

import { toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import type { MediaItem, MediaKind } from '../../protocol/content/content.ts'
import type { Manifest } from '../../protocol/content/manifest.ts'
import type { BlobRow, MessageRow } from '../records/rows.ts'

export interface BlobRef {
  readonly blobId: string
  readonly role: 'display' | 'poster' | 'original'
  readonly manifest: Manifest
  /** Of its attachment. */
  readonly kind: MediaKind
  /** Position of its attachment in the message. */
  readonly index: number
}

export function mediaOf(row: MessageRow): readonly MediaItem[] {
  const content = decodeContent(row.content)
  const { body } = content ?? {}
  return body?.kind === 'message' || body?.kind === 'post' ? body.media : []
}

export function blobRefs(media: readonly MediaItem[]): BlobRef[] {
  const refs = (index: number, role: BlobRef['role'], { kind }: MediaItem, manifest: Manifest | undefined): BlobRef[] =>
    manifest === undefined ? [] : [{ blobId: toHex(manifest.blobId), role, manifest, kind, index }]
  return [
    ...media.flatMap((item, index) => [
      ...refs(index, 'poster', item, item.poster),
      ...refs(index, 'display', item, item.display),
    ]),
    ...media.flatMap((item, index) => refs(index, 'original', item, item.original)),
  ]
}

/** A blob with what it needs to be checked: itself, and its hash list where that is a blob of its own. */
export function withHashList(
  ref: Pick<BlobRef, 'manifest' | 'role'>,
): { readonly blobId: string; readonly role: BlobRow['role']; readonly segmentCount: number }[] {
  const { manifest, role } = ref
  const own = { blobId: toHex(manifest.blobId), role, segmentCount: manifest.segmentCount }
  if (manifest.hashes.kind === 'inline') return [own]
  const list = manifest.hashes.manifest
  return [{ blobId: toHex(list.blobId), role: 'hashes', segmentCount: list.segmentCount }, own]
}
