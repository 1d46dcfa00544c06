// Photos put together from their parts. Not all of them decode: the strippers look at structure alone.

import { crc32 } from '../../src/media/shared/photo/crc32.ts'
import { be, join, latin1, le32 } from './bytes.ts'
import { secrets, secretTiff, xmp } from './secret-exif.ts'

export function jpegSegment(marker: number, payload: Uint8Array | string): Uint8Array {
  const body = join(payload)
  return join(be(1, 0xff, marker), be(2, body.length + 2), body)
}

export interface JpegParts {
  readonly before?: readonly Uint8Array[]
  readonly entropy?: Uint8Array
  readonly after?: Uint8Array
}

/** 16 × 8 pixels; `before` stands in front of the frame. */
export function jpeg({
  before = [],
  entropy = be(1, 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56),
  after,
}: JpegParts = {}): Uint8Array {
  return join(
    be(1, 0xff, 0xd8),
    ...before,
    jpegSegment(0xdb, new Uint8Array(65)),
    jpegSegment(0xc0, join(be(1, 8), be(2, 8, 16), be(1, 1, 1, 0x11, 0))),
    jpegSegment(0xc4, new Uint8Array(17)),
    jpegSegment(0xda, be(1, 1, 1, 0, 0, 63, 0)),
    entropy,
    be(1, 0xff, 0xd9),
    after ?? new Uint8Array(),
  )
}

export function secretJpegSegments(orientation: number): Uint8Array[] {
  return [
    jpegSegment(0xe0, join('JFIF\0', be(1, 1, 1, 0), be(2, 72, 72), be(1, 1, 1, 9, 9, 9))),
    jpegSegment(0xe1, join('Exif\0\0', secretTiff(orientation))),
    jpegSegment(0xe1, `http://ns.adobe.com/xap/1.0/\0${xmp}`),
    jpegSegment(0xed, `Photoshop 3.0\0${secrets[4]}`),
    jpegSegment(0xe2, `MPF\0${secrets[1]}`),
    jpegSegment(0xee, join('Adobe', be(1, 0, 100, 0, 0, 0, 0, 1), secrets[1])),
    jpegSegment(0xfe, `Comment by ${secrets[4]}`),
  ]
}

/** A profile of version 2 whose header and description name a device. */
export function secretProfile(): Uint8Array {
  const header = new Uint8Array(128)
  header.set(be(1, 2), 8)
  header.set(latin1('mntrRGB XYZ '), 12)
  header.set(be(2, 2026, 7, 14, 12, 30, 0), 24)
  header.set(latin1('acsp'), 36)
  header.set(latin1('APPL'), 40)
  header.set(latin1('ACMEX-01'), 48)
  const text = latin1(`desc\0\0\0\0${secrets[3]}`)
  const colour = latin1('XYZ \0\0\0\0abcdefghijkl')
  const table = join(be(4, 2), 'rXYZ', be(4, 156, colour.length), 'desc', be(4, 156 + colour.length, text.length))
  return join(header, table, colour, text)
}

export function pngChunk(type: string, data: Uint8Array | string): Uint8Array {
  const body = join(type, data)
  return join(be(4, body.length - 4), body, be(4, crc32(body)))
}

/** 16 × 8 pixels; `chunks` stand in front of the data. */
export function png(...chunks: readonly Uint8Array[]): Uint8Array {
  return join(
    be(1, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    pngChunk('IHDR', join(be(4, 16, 8), be(1, 8, 2, 0, 0, 0))),
    ...chunks,
    pngChunk('IDAT', 'pixels'),
    pngChunk('IEND', ''),
  )
}

export function webpChunk(type: string, data: Uint8Array | string): Uint8Array {
  const body = join(data)
  return join(type, le32(body.length), body, new Uint8Array(body.length & 1))
}

export function webp(...chunks: readonly Uint8Array[]): Uint8Array {
  const body = join('WEBP', ...chunks)
  return join('RIFF', le32(body.length), body)
}

/** 16 × 8 pixels. */
export const vp8 = webpChunk('VP8 ', be(1, 0, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 8, 0))
export function vp8x(flags: number, width = 16, height = 8): Uint8Array {
  const side = (pixels: number) => le32(pixels - 1).subarray(0, 3)
  return webpChunk('VP8X', join(be(1, flags, 0, 0, 0), side(width), side(height)))
}
