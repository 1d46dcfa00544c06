// The size of a picture, read from its header before the browser's decoder sees it: a file of a few kilobytes can unpack
// to gigabytes. Read as strictly as the preparation of photos writes; what is not understood is not shown.

import { gifPixels } from './gif-size.ts'

/** As many as a sender may have decoded (`decodedPixels` of the preparation): 480 MB for the moment of decoding. */
export const maxShownPixels = 120_000_000
/** A colour profile of 4 MiB spans 64 segments; more than these in front of the frame is no photo. */
const maxSegments = 256

/** Frames of JPEG: all codes from C0 to CF but tables, the extension and arithmetic conditioning. */
const notFrames = new Set([0xc4, 0xc8, 0xcc])

/** Bytes [start, end) of the picture, fewer where it ends before. */
export type ReadPicture = (start: number, end: number) => Promise<Uint8Array>

/** Whether it may be given to the browser's decoder. */
export async function isPicture(read: ReadPicture): Promise<boolean> {
  const pixels = await pixelsOf(read)
  return pixels !== undefined && pixels > 0 && pixels <= maxShownPixels
}

/** Undefined for what is not plainly a JPEG, PNG, GIF or WebP. */
export async function pixelsOf(read: ReadPicture): Promise<number | undefined> {
  const head = new Uint8Array(32)
  head.set(await read(0, head.length))
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  if (view.getUint16(0) === 0xff_d8) return jpegPixels(read)
  if (view.getUint32(0) === 0x89_50_4e_47 && text(head, 12) === 'IHDR') return view.getUint32(16) * view.getUint32(20)
  if (text(head, 0) === 'GIF8') return gifPixels(read)
  if (text(head, 0) !== 'RIFF' || text(head, 8) !== 'WEBP') return undefined
  switch (text(head, 12)) {
    case 'VP8X':
      return (1 + uint24(view, 24)) * (1 + uint24(view, 27))
    case 'VP8 ':
      return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff)
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return (1 + (bits & 0x3fff)) * (1 + ((bits >>> 14) & 0x3fff))
    }
    default:
      return undefined
  }
}

async function jpegPixels(read: ReadPicture): Promise<number | undefined> {
  let at = 2
  for (let count = 0; count < maxSegments; count += 1) {
    const bytes = await read(at, at + 9)
    if (bytes.length < 9) return undefined
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const code = view.getUint8(1)
    if (view.getUint8(0) !== 0xff || code < 0xc0 || code === 0xff || code === 0xda) return undefined
    if (code < 0xd0 && !notFrames.has(code)) return view.getUint16(5) * view.getUint16(7)
    at += 2 + view.getUint16(2)
  }
  return undefined
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 0x1_00_00
}
