// AVIF and HEIC, which are only decoded: nothing takes out of the file what must not leave. A part of its own, loaded with
// the first of them.

import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import { load } from '../shared/load.ts'
import { isSequence, readPictureSize } from '../shared/photo/isobmff.ts'
import { readColours } from '../shared/photo/picture-colours.ts'
import type { MediaType } from '../shared/sniff.ts'
import type { Fit } from './decode.ts'
import { bitmapOf, drawn } from './decode.ts'

/**
 * `keepsColours`: in Display P3 where they are of more colours than sRGB.
 * @throws MediaError `damaged`, `unsupported`, `too-large` before anything is decoded, `no-memory`, `not-loaded`
 */
export async function decodeOpaque(
  type: MediaType,
  file: Uint8Array,
  fit: Fit,
  keepsColours = false,
): Promise<OffscreenCanvas> {
  // A still of it would not be what was chosen.
  if (isSequence(file)) throw new MediaError('unsupported')
  const stored = readPictureSize(file)
  const pixels = stored.width * stored.height
  if (pixels > mediaLimits.decodedPixels) throw new MediaError('too-large')
  const colorSpace = keepsColours && readColours(file).kind !== 'srgb' ? 'display-p3' : 'srgb'
  const native = await bitmapOf(file, `image/${type}`).catch(() => undefined)
  if (native !== undefined) return await drawn(async () => native, fit, colorSpace)
  if (type !== 'heic') throw new MediaError('unsupported')
  if (pixels > mediaLimits.heicPixels) throw new MediaError('too-large')
  const { decodeHeic } = await load(import('./heic/decode-heic.ts'))
  return await drawn(() => decodeHeic(file), fit, colorSpace)
}
