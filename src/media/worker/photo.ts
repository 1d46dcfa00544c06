// Photos. Standard and HD are pixels and nothing else, re-encoded; Original also keeps the file's own encoding without its
// metadata, beside a rendition of Standard to look at. Where the encoding cannot be kept without doubt, the original is
// encoded anew too.

import type { MediaProgress } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import { throwIfAborted } from '../shared/classify.ts'
import { load } from '../shared/load.ts'
import { upright } from '../shared/photo/exif.ts'
import { checkAnimation, stripPhoto } from '../shared/photo/strip.ts'
import type { StrippedPhoto } from '../shared/photo/stripped.ts'
import type { PhotoResult, Picture } from '../shared/prepared.ts'
import type { MediaType } from '../shared/sniff.ts'
import { decodePhoto, isTurnedHere } from './decode.ts'
import type { PreparedQuality } from './messages.ts'
import type { EncodingQuality, Size } from './picture.ts'
import { draw, encode, encodeLossless, fitEdge, fitPixels, flatness, hasRoom, thumbhashOf } from './picture.ts'

const qualities: Readonly<Record<PreparedQuality, EncodingQuality>> = {
  standard: { webp: 0.82, jpeg: 0.85 },
  hd: { webp: 0.88, jpeg: 0.9 },
  original: { webp: 0.98, jpeg: 0.98 },
}

/** From here on a picture is taken for a drawing: those of screens have 0.7 and more, photos less than 0.2. */
const drawnFlatness = 0.5

interface Options {
  readonly signal: AbortSignal
  readonly onProgress: MediaProgress
}

/** @throws MediaError `damaged`, `unsupported`, `too-large`, `no-memory`, `not-loaded`, `cancelled` */
export async function preparePhoto(
  type: MediaType,
  file: Uint8Array,
  quality: PreparedQuality,
  { signal, onProgress }: Options,
): Promise<PhotoResult> {
  const totalBytes = file.length
  const photo = type === 'avif' || type === 'heic' ? undefined : await stripPhoto(type, file)
  if (photo?.animated === true) return await keepAnimation(photo)
  const isTurned = photo !== undefined && isTurnedHere(photo)
  const own = photo?.doubtful === false && !isTurned ? photo : undefined
  const isAnew = quality === 'original' && own === undefined
  const fit = isAnew ? fitAnew : quality === 'hd' ? fitHd : fitStandard

  throwIfAborted(signal)
  onProgress(0.2, { kind: 'decode', doneBytes: 0, totalBytes })
  const decoded =
    photo === undefined
      ? await (await load(import('./decode-opaque.ts'))).decodeOpaque(type, file, fit, isAnew)
      : await decodePhoto(photo, file, fit)
  throwIfAborted(signal)
  onProgress(0.6, { kind: 'decode', doneBytes: totalBytes, totalBytes })

  const canvas = isAnew ? draw(decoded, fitStandard(decoded)) : decoded
  const thumbhash = thumbhashOf(canvas)
  const shown = await rendition(canvas, own, quality === 'hd' ? 'hd' : 'standard')
  throwIfAborted(signal)
  onProgress(0.9, { kind: 'encode', doneBytes: shown.bytes.length, totalBytes: shown.bytes.length })
  if (quality !== 'original') return { kind: 'photo', ...shown, thumbhash }

  const taken = own === undefined ? await anew(decoded, isTurned) : pictureOf(own)
  const isAll = taken.width * taken.height <= shown.width * shown.height
  const isSole = taken.bytes === shown.bytes || (isAll && taken.bytes.length <= mediaLimits.soleOriginalBytes)
  return isSole ? { kind: 'photo', ...taken, thumbhash } : { kind: 'photo', ...shown, thumbhash, original: taken }
}

/** Turned it has the same pixels still, where they can be written without loss. */
async function anew(canvas: OffscreenCanvas, isTurned: boolean): Promise<Picture> {
  return isTurned ? await encodeLossless(canvas) : await encode(canvas, qualities.original)
}

/** The best of the ways to write these pixels, or the file itself, where it is as good and no larger. */
async function rendition(
  canvas: OffscreenCanvas,
  own: StrippedPhoto | undefined,
  quality: 'standard' | 'hd',
): Promise<Picture> {
  const kept = own !== undefined && isSameSize(own, canvas) ? pictureOf(own) : undefined
  const lossy = await encode(canvas, qualities[quality])
  // Text and lines get a halo from lossy encoding, and coloured ones blur.
  if (own?.lossless === true && flatness(canvas) >= drawnFlatness) {
    const written = await encodeLossless(canvas)
    const sharp = kept !== undefined && kept.bytes.length <= written.bytes.length ? kept : written
    if (sharp.bytes.length <= Math.max(lossy.bytes.length, mediaLimits.drawingBytes)) return sharp
  }
  return kept !== undefined && kept.bytes.length <= lossy.bytes.length ? kept : lossy
}

/** Sent as it is: a still of it would not be what was chosen. */
async function keepAnimation(photo: StrippedPhoto): Promise<PhotoResult> {
  if (photo.doubtful) throw new MediaError('damaged')
  checkAnimation(photo)
  const first = await decodePhoto(photo, photo.bytes, (size) => fitEdge(size, mediaLimits.thumbhashEdge))
  return { kind: 'photo', ...pictureOf(photo), thumbhash: thumbhashOf(first) }
}

function fitStandard(size: Size): Size {
  return fitEdge(size, mediaLimits.standardEdge)
}

function fitHd(size: Size): Size {
  return fitPixels(size, mediaLimits.hdPixels)
}

/** With every pixel where there is a canvas for them, else as HD. */
function fitAnew(size: Size): Size {
  const all = fitPixels(size, mediaLimits.anewPixels, mediaLimits.side)
  return hasRoom(all) ? all : fitHd(size)
}

/** Turned by its metadata it would still be, but readers that do not turn it would show another picture. */
function isSameSize(photo: StrippedPhoto, canvas: OffscreenCanvas): boolean {
  return photo.orientation === 1 && photo.width === canvas.width && photo.height === canvas.height
}

function pictureOf(photo: StrippedPhoto): Picture {
  return { mime: photo.mime, bytes: photo.bytes, ...upright(photo, photo.orientation) }
}
