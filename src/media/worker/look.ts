// A picture of a photo that the browser cannot show by itself: a small one for the eyes of who chose it, a large one to be
// edited.

import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import { classify, isVideo, throwIfAborted } from '../shared/classify.ts'
import { readPhoto } from '../shared/photo/strip.ts'
import type { Picture } from '../shared/prepared.ts'
import { blobSource } from '../shared/source.ts'
import { decodeOpaque } from './decode-opaque.ts'
import { encode, fitEdge, fitPixels } from './picture.ts'

const seenOnly = { webp: 0.8, jpeg: 0.8 }
/** It is encoded twice more before it is sent. */
const workedOn = { webp: 0.97, jpeg: 0.97 }

/** `isLarge`: with as many pixels as HD. @throws MediaError; `unsupported` for what is neither HEIC nor AVIF */
export async function lookOf(blob: Blob, isLarge: boolean, signal: AbortSignal): Promise<Picture> {
  throwIfAborted(signal)
  const source = blobSource(blob)
  const type = await classify(source)
  if (isVideo(type) || (type !== 'heic' && type !== 'avif')) throw new MediaError('unsupported')
  const file = await readPhoto(source, { signal, onRead: () => {} })
  const canvas = await decodeOpaque(type, file, (size) =>
    isLarge ? fitPixels(size, mediaLimits.hdPixels) : fitEdge(size, mediaLimits.lookEdge),
  )
  throwIfAborted(signal)
  return await encode(canvas, isLarge ? workedOn : seenOnly)
}
