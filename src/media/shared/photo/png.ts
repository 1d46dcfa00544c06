// PNG (third edition) without metadata, pixels untouched. Chunks that decoding and colours need are kept, everything
// else is dropped: text, time, EXIF (but for the orientation), physical size, private chunks, and what follows the end.

import { MediaError } from '../../../messenger/ports.ts'
import { crc32 } from './crc32.ts'
import { deflate, inflate } from './deflate.ts'
import type { Orientation } from './exif.ts'
import { readOrientation, writeOrientation } from './exif.ts'
import { sanitizeProfile } from './icc.ts'
import type { StrippedPhoto } from './stripped.ts'
import { checkSize, joinParts, latin1, textAt } from './stripped.ts'

const signatureBytes = 8
const kept = new Set('IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB sBIT cICP mDCV cLLI bKGD acTL fcTL fdAT'.split(' '))

/** @throws MediaError `damaged`, `too-large` */
export async function stripPng(file: Uint8Array): Promise<StrippedPhoto> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const parts: Uint8Array[] = [file.subarray(0, signatureBytes)]
  let orientation: Orientation = 1
  let animated = false
  let profile: Uint8Array | undefined
  let doubtful = false
  let hasData = false

  for (let at = signatureBytes, type = ''; type !== 'IEND';) {
    if (at + 12 > file.length) throw new MediaError('damaged')
    const length = view.getUint32(at)
    const end = at + 12 + length
    type = textAt(file, at + 4, at + 8)
    if (end > file.length || crc32(file.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new MediaError('damaged')
    }
    if ((at === signatureBytes) !== (type === 'IHDR')) throw new MediaError('damaged')
    const data = file.subarray(at + 8, end - 4)
    if (type === 'eXIf') {
      const read = readOrientation(data)
      doubtful ||= read === undefined
      orientation = read ?? 1
    } else if (type === 'iCCP') {
      profile = await readProfile(data)
      const written = profile && (await profileChunk(profile))
      doubtful ||= written === undefined
      if (written !== undefined) parts.push(written)
    } else if (kept.has(type)) {
      parts.push(file.subarray(at, end))
    }
    animated ||= type === 'acTL'
    hasData ||= type === 'IDAT'
    at = end
  }
  if (!hasData) throw new MediaError('damaged')

  if (view.getUint32(8) !== 13) throw new MediaError('damaged')
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  checkSize(width, height)
  // Second, right after IHDR, where readers look first.
  if (orientation !== 1) parts.splice(2, 0, pngChunk('eXIf', writeOrientation(orientation)))
  return {
    mime: 'image/png',
    bytes: joinParts(parts),
    width,
    height,
    orientation,
    lossless: true,
    scalable: false,
    animated,
    doubtful,
    ...(profile && { profile }),
  }
}

/** Name ‖ 0 ‖ method 0 ‖ zlib. The name may be that of the display. Undefined when it cannot be read. */
async function readProfile(data: Uint8Array): Promise<Uint8Array | undefined> {
  const nameEnd = data.indexOf(0)
  if (nameEnd < 1 || nameEnd > 79 || data[nameEnd + 1] !== 0) return undefined
  const inflated = await inflate(data.subarray(nameEnd + 2))
  return inflated === undefined ? undefined : sanitizeProfile(inflated)
}

/** Under no name. Undefined when it is too long. */
export async function profileChunk(profile: Uint8Array): Promise<Uint8Array | undefined> {
  const deflated = await deflate(profile)
  return deflated === undefined ? undefined : pngChunk('iCCP', joinParts([latin1('icc\0\0'), deflated]))
}

export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(latin1(type), 4)
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
  return bytes
}
