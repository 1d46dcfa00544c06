// Size of an AVIF or HEIC picture, read before a decoder may see it.

import { boxesOf, need, viewOf } from '../mp4/box.ts'
import { checkSize } from './stripped.ts'

/** The largest picture of the file, which may be a grid of smaller ones. @throws MediaError `damaged`, `too-large` */
export function readPictureSize(file: Uint8Array): { readonly width: number; readonly height: number } {
  const meta = need(boxesOf(file), 'meta').subarray(4)
  const properties = boxesOf(need(boxesOf(need(boxesOf(meta), 'iprp')), 'ipco'))
  let size = { width: 0, height: 0 }
  for (const { type, body } of properties) {
    if (type !== 'ispe') continue
    const view = viewOf(body, 12)
    const [width, height] = [view.getUint32(4), view.getUint32(8)]
    if (width * height > size.width * size.height) size = { width, height }
  }
  checkSize(size.width, size.height)
  return size
}
