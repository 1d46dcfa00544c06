// GIF (89a) without metadata, frames untouched. Kept are the screen, the colour tables, the frames with their timing, and how
// often the animation plays; comments, text drawn by the viewer, and applications' own blocks (XMP is one) are dropped, and so
// is what follows the end. A structure that is not plain GIF is refused.

import { MediaError } from '../../../messenger/ports.ts'
import type { StrippedPhoto } from './stripped.ts'
import { checkSize, joinParts, textAt } from './stripped.ts'

const headerBytes = 13
const frameHeaderBytes = 10

const extension = 0x21
const frame = 0x2c
const trailer = 0x3b

const graphicControl = 0xf9
const application = 0xff
const comment = 0xfe
const plainText = 0x01

/** Both names of the block that says how often to play. */
const loopNames = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0'])

interface Blocks {
  readonly data: readonly Uint8Array[]
  readonly end: number
}

/** @throws MediaError `damaged`, `too-large` */
export function stripGif(file: Uint8Array): StrippedPhoto {
  if (file.length < headerBytes) throw new MediaError('damaged')
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)]
  checkSize(width, height)
  const kept: Uint8Array[] = []
  /** Belongs to the frame that follows. */
  let timing: Uint8Array | undefined
  let frames = 0

  let at = take(file, 0, headerBytes + tableBytes(byteAt(file, 10)), kept)
  for (;;) {
    const kind = byteAt(file, at)
    if (kind === trailer) break
    if (kind === extension) {
      const label = byteAt(file, at + 1)
      const blocks = blocksAt(file, at + 2)
      if (label === graphicControl) {
        if (blocks.data.length !== 1 || blocks.data[0]?.length !== 4) throw new MediaError('damaged')
        timing = file.subarray(at, blocks.end)
      } else if (label === application) {
        kept.push(...loopOf(blocks))
      } else if (label === plainText) {
        timing = undefined
      } else if (label !== comment) {
        throw new MediaError('damaged')
      }
      at = blocks.end
    } else if (kind === frame) {
      if (timing !== undefined) kept.push(timing)
      timing = undefined
      at = takeFrame(file, at, { width, height }, kept)
      frames++
    } else {
      throw new MediaError('damaged')
    }
  }
  if (frames === 0) throw new MediaError('damaged')
  const bytes = joinParts([...kept, Uint8Array.of(trailer)])
  const size = { width, height, orientation: 1 } as const
  return { mime: 'image/gif', bytes, ...size, lossless: true, scalable: false, animated: frames > 1, doubtful: false }
}

/** Descriptor, own colours, code size, data. Frames lie inside the screen: viewers differ in what they do with others. */
function takeFrame(
  file: Uint8Array,
  start: number,
  screen: { readonly width: number; readonly height: number },
  kept: Uint8Array[],
): number {
  const flags = byteAt(file, start + frameHeaderBytes - 1)
  const view = new DataView(file.buffer, file.byteOffset + start, frameHeaderBytes)
  const [left, top] = [view.getUint16(1, true), view.getUint16(3, true)]
  const [width, height] = [view.getUint16(5, true), view.getUint16(7, true)]
  const isInside = left + width <= screen.width && top + height <= screen.height
  if (width === 0 || height === 0 || !isInside) throw new MediaError('damaged')
  const dataAt = start + frameHeaderBytes + tableBytes(flags)
  const codeBits = byteAt(file, dataAt)
  if (codeBits < 2 || codeBits > 8) throw new MediaError('damaged')
  const { data, end } = blocksAt(file, dataAt + 1)
  if (data.length === 0) throw new MediaError('damaged')
  return take(file, start, end - start, kept)
}

/** How often to play, written anew; nothing for any other application. */
function loopOf({ data: [name, loop] }: Blocks): Uint8Array[] {
  if (name === undefined || !loopNames.has(textAt(name, 0, name.length))) return []
  if (loop?.length !== 3 || loop[0] !== 1) return []
  return [Uint8Array.of(extension, application, name.length), name, Uint8Array.of(3, 1, loop[1] ?? 0, loop[2] ?? 0, 0)]
}

/** Each of up to 255 bytes behind its length; a length of 0 ends them. */
function blocksAt(file: Uint8Array, start: number): Blocks {
  const data: Uint8Array[] = []
  for (let at = start; ;) {
    const length = byteAt(file, at)
    if (length === 0) return { data, end: at + 1 }
    if (at + 1 + length > file.length) throw new MediaError('damaged')
    data.push(file.subarray(at + 1, at + 1 + length))
    at += 1 + length
  }
}

function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function take(file: Uint8Array, start: number, length: number, kept: Uint8Array[]): number {
  const end = start + length
  if (end > file.length) throw new MediaError('damaged')
  kept.push(file.subarray(start, end))
  return end
}

function byteAt(file: Uint8Array, at: number): number {
  const byte = file[at]
  if (byte === undefined) throw new MediaError('damaged')
  return byte
}
