// Looking at a file before it is prepared: what is in it besides the picture, and how large it will be. Nothing is decoded,
// and next to nothing is read.

import type { Quality } from '../messenger/ports.ts'
import type { SizeEstimate } from './shared/estimate.ts'
import { estimatePhoto } from './shared/estimate.ts'
import { describeSource } from './shared/metadata/describe.ts'
import type { FileMetadata } from './shared/metadata/file-metadata.ts'
import type { ByteSource } from './shared/source.ts'
import { blobSource, bytesSource } from './shared/source.ts'

export type { FileMetadata, SizeEstimate }

/**
 * What would leave with this file in quality `file`, for a warning before: data, not sentences. For the person's own eyes,
 * never for a log. @throws MediaError `unreadable`
 */
export async function describeMetadata(from: Blob | Uint8Array): Promise<FileMetadata> {
  return await describeSource(sourceOf(from))
}

/**
 * About how large a photo will be at this quality in a browser; undefined for a video.
 * @throws MediaError `empty`, `not-media`, `too-large`, `unreadable`
 */
export async function estimate(from: Blob | Uint8Array, quality: Quality): Promise<SizeEstimate | undefined> {
  return await estimatePhoto(sourceOf(from), quality)
}

function sourceOf(from: Blob | Uint8Array): ByteSource {
  return from instanceof Uint8Array ? bytesSource(from) : blobSource(from)
}
