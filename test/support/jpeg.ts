// JPEGs by their parts, for tests of what is taken for one. Nothing in them has to be a picture.

const frame = (width: number, height: number, code = 0xc0): number[] =>
  segment(code, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0)

export const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]
const end = [0xff, 0xd9]

export function segment(code: number, ...content: readonly number[]): number[] {
  const length = content.length + 2
  return [0xff, code, length >> 8, length & 0xff, ...content]
}

export interface Parts {
  readonly width?: number
  readonly height?: number
  readonly code?: number
  readonly before?: readonly number[]
  readonly between?: readonly number[]
  readonly after?: readonly number[]
  readonly behind?: readonly number[]
}

export function jpeg(parts: Parts = {}): Uint8Array {
  const { width = 256, height = 256, code = 0xc0, before = [], between = [], after = [], behind = [] } = parts
  return Uint8Array.of(
    0xff,
    0xd8,
    ...before,
    ...frame(width, height, code),
    ...between,
    ...scan,
    ...after,
    ...end,
    ...behind,
  )
}
