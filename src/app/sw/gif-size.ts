// The size of a GIF. Its header alone does not bound what a decoder may hold: each frame says its own place and size. All of
// them have to lie inside the screen, as the preparation of photos has it (`media/shared/photo/gif.ts`).

import type { ReadPicture } from './picture-size.ts'

/** As large as a sender may have an animation (`animationBytes` of the preparation): all of it is walked over. */
const maxGifBytes = 24 * 1024 * 1024
/** What is read at once: one answer of the page. */
const windowBytes = 256 * 1024

const headerBytes = 13
const frameHeaderBytes = 10
const extension = 0x21
const frame = 0x2c
const trailer = 0x3b

/** Undefined where it is not plainly a GIF to its end. */
export async function gifPixels(read: ReadPicture): Promise<number | undefined> {
  let from = 0
  let bytes = await read(0, windowBytes)
  if (bytes.length < headerBytes) return undefined
  let view = viewOf(bytes)
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)]
  let at = headerBytes + tableBytes(view.getUint8(10))
  let isInBlocks = false
  let frames = 0
  while (at < maxGifBytes) {
    if (at + frameHeaderBytes > from + bytes.length) {
      bytes = await read(at, at + windowBytes)
      from = at
      view = viewOf(bytes)
    }
    const here = at - from
    const left = bytes.length - here
    if (left < 1) return undefined
    const first = view.getUint8(here)
    if (isInBlocks) {
      at += 1 + first
      isInBlocks = first > 0
    } else if (first === trailer) {
      return frames > 0 ? width * height : undefined
    } else if (first === extension) {
      at += 2
      isInBlocks = true
    } else {
      if (first !== frame || left < frameHeaderBytes) return undefined
      const right = view.getUint16(here + 1, true) + view.getUint16(here + 5, true)
      const bottom = view.getUint16(here + 3, true) + view.getUint16(here + 7, true)
      if (right > width || bottom > height) return undefined
      // Behind the frame's own colours one byte says how long its codes are.
      at += frameHeaderBytes + tableBytes(view.getUint8(here + 9)) + 1
      isInBlocks = true
      frames += 1
    }
  }
  return undefined
}

function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
