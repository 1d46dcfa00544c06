// The first look at a source, the same everywhere.

import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import type { MediaType } from './sniff.ts'
import { isForeignMedia, sniff } from './sniff.ts'
import type { ByteSource } from './source.ts'

/** @throws MediaError `empty`, `not-media`, `unsupported`, `too-large`, `unreadable` */
export async function classify(source: ByteSource): Promise<MediaType> {
  if (source.sizeBytes === 0) throw new MediaError('empty')
  const type = await sniff(source)
  if (type === undefined) throw new MediaError((await isForeignMedia(source)) ? 'unsupported' : 'not-media')
  if (source.sizeBytes > (isVideo(type) ? mediaLimits.videoBytes : mediaLimits.photoBytes)) {
    throw new MediaError('too-large')
  }
  return type
}

export function isVideo(type: MediaType): type is 'mp4' | 'webm' {
  return type === 'mp4' || type === 'webm'
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new MediaError('cancelled')
}
