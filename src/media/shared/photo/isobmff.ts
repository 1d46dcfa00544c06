// Size and colours of an AVIF or HEIC picture, read before a decoder may see it.

import { boxesOf, find, fourCc, need, viewOf } from '../mp4/box.ts'
import type { Box } from '../mp4/box.ts'
import { isDisplayP3 } from './icc.ts'
import { checkSize } from './stripped.ts'

/** Primaries of Display P3 (ITU-T H.273). */
const p3Primaries = 12

/** The largest picture of the file, which may be a grid of smaller ones. @throws MediaError `damaged`, `too-large` */
export function readPictureSize(file: Uint8Array): { readonly width: number; readonly height: number } {
  let size = { width: 0, height: 0 }
  for (const { type, body } of propertiesOf(file)) {
    if (type !== 'ispe') continue
    const view = viewOf(body, 12)
    const [width, height] = [view.getUint32(4), view.getUint32(8)]
    if (width * height > size.width * size.height) size = { width, height }
  }
  checkSize(size.width, size.height)
  return size
}

/** What its numbers mean as colours: phones take photos in Display P3. @throws MediaError `damaged` */
export function readColourSpace(file: Uint8Array): 'srgb' | 'display-p3' {
  const colours = propertiesOf(file).filter(({ type, body }) => type === 'colr' && body.length >= 4)
  const isP3 = colours.some(({ body }) => {
    const kind = fourCc(body, 0)
    if (kind === 'nclx') return viewOf(body, 6).getUint16(4) === p3Primaries
    return (kind === 'prof' || kind === 'rICC') && isDisplayP3(body.subarray(4))
  })
  return isP3 ? 'display-p3' : 'srgb'
}

function propertiesOf(file: Uint8Array): readonly Box[] {
  const meta = need(boxesOf(file), 'meta').subarray(4)
  const properties = find(boxesOf(need(boxesOf(meta), 'iprp')), 'ipco')
  return properties === undefined ? [] : boxesOf(properties)
}
