// A small picture of a photo that the browser cannot show by itself, for the eyes of who chose it.

import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import { classify, isVideo, throwIfAborted } from '../shared/classify.ts'
import { readPhoto } from '../shared/photo/strip.ts'
import type { Picture } from '../shared/prepared.ts'
import { blobSource } from '../shared/source.ts'
import { decodeOpaque } from './decode.ts'
import { encode, fitEdge } from './picture.ts'

const quality = { webp: 0.8, jpeg: 0.8 }

/** @throws MediaError; `unsupported` for what is neither HEIC nor AVIF */
export async function lookOf(blob: Blob, signal: AbortSignal): Promise<Picture> {
  throwIfAborted(signal)
  const source = blobSource(blob)
  const type = await classify(source)
  if (isVideo(type) || (type !== 'heic' && type !== 'avif')) throw new MediaError('unsupported')
  const file = await readPhoto(source, { signal, onRead: () => {} })
  const canvas = await decodeOpaque(type, file, (size) => fitEdge(size, mediaLimits.lookEdge))
  throwIfAborted(signal)
  return await encode(canvas, quality)
}
