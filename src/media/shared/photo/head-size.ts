// Width and height of a photo by its first bytes, for estimates: nothing is checked, and nothing is decoded.

import { boxHeaderBytes } from '../mp4/box.ts'
import type { MediaType } from '../sniff.ts'
import { readPictureSize } from './isobmff.ts'
import { textAt } from './stripped.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** As stored. Undefined when it does not stand there. */
export function sizeInHead(type: MediaType, head: Uint8Array): Size | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  try {
    switch (type) {
      case 'jpeg':
        return jpegSize(view)
      case 'png':
        return { width: view.getUint32(16), height: view.getUint32(20) }
      case 'gif':
        return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
      case 'webp':
        return webpSize(head, view)
      case 'heic':
      case 'avif':
        return readPictureSize(toEndOfMeta(head, view))
      default:
        return undefined
    }
  } catch {
    // A view that ends before, or boxes that do.
    return undefined
  }
}

function jpegSize(view: DataView): Size | undefined {
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at)
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    if (marker < 0xffc0 || marker === 0xffda) return undefined
  }
}

function webpSize(head: Uint8Array, view: DataView): Size {
  const type = textAt(head, 12, 16)
  if (type === 'VP8X')
    return { width: 1 + (view.getUint32(24, true) & 0xff_ffff), height: 1 + (view.getUint32(26, true) >>> 8) }
  if (type === 'VP8L') {
    const bits = view.getUint32(21, true)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
}

/** What is behind that box is the data, which reaches beyond the head. */
function toEndOfMeta(head: Uint8Array, view: DataView): Uint8Array {
  let at = 0
  for (let type = ''; type !== 'meta';) {
    type = textAt(head, at + 4, at + 8)
    at += Math.max(boxHeaderBytes, view.getUint32(at))
  }
  return head.subarray(0, at)
}
