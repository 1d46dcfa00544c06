// GIFs put together from their blocks. They decode: each frame is a black or white square of 4 × 2 pixels.

import { be, join } from './bytes.ts'

export interface GifParts {
  readonly frames: number
  readonly comment?: string
  /** How often it plays; 0 for ever. */
  readonly loop?: number
  readonly screen?: readonly [number, number]
  /** In front of the first frame. */
  readonly before?: readonly Uint8Array[]
}

export function gif({ frames, comment, loop, screen = [4, 2], before = [] }: GifParts): Uint8Array {
  const [width, height] = screen
  return join(
    'GIF89a',
    le16(width, height),
    be(1, 0x80, 0, 0, 0, 0, 0, 255, 255, 255),
    ...(loop === undefined ? [] : [gifLoop(loop)]),
    ...(comment === undefined ? [] : [gifExtension(0xfe, comment)]),
    ...before,
    ...Array.from({ length: frames }, (_, index) => join(gifTiming(10), gifFrame(index % 2))),
    be(1, 0x3b),
  )
}

/** Of one colour: clear, eight pixels, end, in codes of three bits. */
export function gifFrame(colour: number): Uint8Array {
  const codes = [4, colour, colour, 4, colour, colour, 4, colour, colour, 4, colour, colour, 5]
  const bytes = new Uint8Array(Math.ceil((codes.length * 3) / 8))
  for (const [index, code] of codes.entries()) {
    for (let bit = 0; bit < 3; bit++) {
      const at = index * 3 + bit
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (((code >> bit) & 1) << (at & 7))
    }
  }
  return join(be(1, 0x2c), le16(0, 0, 4, 2), be(1, 0, 2, bytes.length), bytes, be(1, 0))
}

export function gifTiming(hundredths: number): Uint8Array {
  return join(be(1, 0x21, 0xf9, 4, 0), le16(hundredths), be(1, 0, 0))
}

function gifLoop(times: number): Uint8Array {
  return join(be(1, 0x21, 0xff, 11), 'NETSCAPE2.0', be(1, 3, 1), le16(times), be(1, 0))
}

export function gifExtension(label: number, ...blocks: readonly string[]): Uint8Array {
  return join(be(1, 0x21, label), ...blocks.flatMap((block) => [be(1, block.length), block]), be(1, 0))
}

function le16(...values: readonly number[]): Uint8Array {
  return be(1, ...values.flatMap((value) => [value & 255, value >> 8]))
}
