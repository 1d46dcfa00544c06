// A grey JPEG of any size in few bytes: each block of 8 × 8 pixels takes two bits.

import { be, join } from './bytes.ts'
import { jpegSegment } from './photos.ts'

interface Options {
  readonly before?: readonly Uint8Array[]
  readonly progressive?: boolean
}

export function greyJpeg(
  width: number,
  height: number,
  { before = [], progressive = false }: Options = {},
): Uint8Array {
  const oneCode = join(be(1, 1), new Uint8Array(15), be(1, 0))
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8)
  return join(
    be(1, 0xff, 0xd8),
    ...before,
    jpegSegment(0xdb, join(be(1, 0), new Uint8Array(64).fill(1))),
    jpegSegment(progressive ? 0xc2 : 0xc0, join(be(1, 8), be(2, height, width), be(1, 1, 1, 0x11, 0))),
    jpegSegment(0xc4, join(be(1, 0x00), oneCode)),
    jpegSegment(0xc4, join(be(1, 0x10), oneCode)),
    jpegSegment(0xda, be(1, 1, 1, 0, 0, 63, 0)),
    new Uint8Array(Math.ceil(blocks / 4)),
    be(1, 0xff, 0xd9),
  )
}
