// The structure of an AVIF or HEIC picture as far as it is read before a decoder may see it: how large it is, and what is
// said of its primary picture.

import { MediaError } from '../../../messenger/ports.ts'
import { boxesOf, find, need, viewOf } from '../mp4/box.ts'
import type { Box } from '../mp4/box.ts'
import { checkSize } from './stripped.ts'

/** The largest picture of the file, which may be a grid of smaller ones. @throws MediaError `damaged`, `too-large` */
export function readPictureSize(file: Uint8Array): { readonly width: number; readonly height: number } {
  let size = { width: 0, height: 0 }
  for (const { type, body } of propertiesOf(metaOf(file))) {
    if (type !== 'ispe') continue
    const view = viewOf(body, 12)
    const [width, height] = [view.getUint32(4), view.getUint32(8)]
    if (width * height > size.width * size.height) size = { width, height }
  }
  checkSize(size.width, size.height)
  return size
}

/** A film of pictures, beside a single one or without. @throws MediaError `damaged` */
export function isSequence(file: Uint8Array): boolean {
  return boxesOf(file).some(({ type }) => type === 'moov')
}

/**
 * Properties of one type: those of the primary picture, or where it has none, all of the file, as a picture that is put
 * together may leave them to its parts. @throws MediaError `damaged`
 */
export function primaryProperties(file: Uint8Array, type: string): readonly Uint8Array[] {
  const meta = metaOf(file)
  const all = propertiesOf(meta)
  const bodies = (boxes: readonly (Box | undefined)[]) => boxes.flatMap((box) => (box?.type === type ? [box.body] : []))
  const own = bodies(associations(meta).map((index) => all[index - 1]))
  return own.length > 0 ? own : bodies(all)
}

function metaOf(file: Uint8Array): readonly Box[] {
  return boxesOf(need(boxesOf(file), 'meta').subarray(4))
}

function propertiesOf(meta: readonly Box[]): readonly Box[] {
  const properties = find(boxesOf(need(meta, 'iprp')), 'ipco')
  return properties === undefined ? [] : boxesOf(properties)
}

/** Numbers of the properties of the primary picture, from 1 on. */
function associations(meta: readonly Box[]): readonly number[] {
  const [primary, table] = [find(meta, 'pitm'), find(boxesOf(need(meta, 'iprp')), 'ipma')]
  if (primary === undefined || table === undefined) return []
  const wanted = reader(primary).id(1)
  const read = reader(table)
  for (let left = read.number(4); left > 0; left--) {
    const id = read.id(1)
    const size = read.flags & 1 ? 2 : 1
    // The first bit says whether a reader has to understand it.
    const indices = Array.from({ length: read.number(1) }, () => read.number(size) & (size === 2 ? 0x7fff : 0x7f))
    if (id === wanted) return indices
  }
  return []
}

/** Numbers one after another in the body of a box that begins with a version and flags. */
function reader(body: Uint8Array) {
  const view = viewOf(body, 4)
  const flags = view.getUint32(0) & 0xff_ffff
  let at = 4
  const number = (size: 1 | 2 | 4): number => {
    if (at + size > body.length) throw new MediaError('damaged')
    at += size
    if (size === 4) return view.getUint32(at - 4)
    return size === 2 ? view.getUint16(at - 2) : view.getUint8(at - 1)
  }
  /** Of an item: two bytes up to version `narrow - 1`, four from it on. */
  const id = (narrow: number): number => number(view.getUint8(0) < narrow ? 2 : 4)
  return { flags, number, id }
}
