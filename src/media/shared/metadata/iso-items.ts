// Metadata of HEIC, AVIF, MP4 and MOV: EXIF and XMP of pictures, and the tags of films by their well-known names.

import { MediaError } from '../../../messenger/ports.ts'
import { boxesOf, find, fourCc, viewOf } from '../mp4/box.ts'
import type { ByteSource } from '../source.ts'
import { countBlocks, readBlock, readView } from './block.ts'
import type { Finding } from './file-metadata.ts'
import { latin1Text, readXmp } from './text.ts'
import { readTiff } from './tiff.ts'

/** What tags of films are called, in the writings of QuickTime, Android and 3GPP. */
const tagNames: readonly (readonly [Exclude<Finding['kind'], 'unknown' | 'thumbnail'>, RegExp])[] = [
  ['position', /\xa9xyz|loci|location\.ISO6709|location\.name/],
  [
    'device',
    /\xa9mak|\xa9mod|\xa9too|\xa9swr|quicktime\.(make|model|software)|com\.android\.(version|model|manufacturer)/,
  ],
  ['owner', /\xa9(aut|ART|cpy|own|wrt)|auth|cprt|perf|quicktime\.(author|artist|copyright)/],
  ['date', /\xa9day|creationdate/],
  ['title', /\xa9(nam|cmt|des|inf|alb)|titl|dscp|quicktime\.(title|description|comment|displayname)/],
]

/** @throws MediaError `damaged`, `unreadable` */
export async function findInIsoFile(source: ByteSource): Promise<Finding[]> {
  const findings: Finding[] = []
  const count = countBlocks()
  for (let at = 0; at + 8 <= source.sizeBytes;) {
    count()
    const head = await readView(source, at, Math.min(16, source.sizeBytes - at))
    const type = String.fromCharCode(head.getUint8(4), head.getUint8(5), head.getUint8(6), head.getUint8(7))
    const small = head.getUint32(0)
    const isLarge = small === 1 && head.byteLength === 16
    const size = isLarge ? Number(head.getBigUint64(8)) : small === 0 ? source.sizeBytes - at : small
    if (size < 8) throw new MediaError('damaged')
    const body = at + (isLarge ? 16 : 8)
    if (type === 'meta') findings.push(...(await items(source, await readBlock(source, body, at + size))))
    if (type === 'moov') findings.push(...film(await readBlock(source, body, at + size)))
    if (type === 'uuid' || type === 'udta') findings.push({ kind: 'unknown' })
    at += size
  }
  return findings
}

/** Dates in headers, and tags, wherever they stand: sought by name, as each system nests them in its own way. */
function film(moov: Uint8Array): Finding[] {
  const boxes = boxesOf(moov)
  const tags = boxes.filter(({ type }) => type !== 'trak' && type !== 'mvex' && type !== 'mvhd')
  const inTracks = boxes.filter(({ type }) => type === 'trak').flatMap(({ body }) => boxesOf(body).filter(isTag))
  const text = [...tags, ...inTracks].map(({ type, body }) => type + latin1Text(body)).join('\n')
  const named = tagNames.flatMap(([kind, pattern]): Finding[] => {
    return pattern.test(text) ? [{ kind }] : []
  })
  const created = createdAt(find(boxes, 'mvhd'))
  return created === undefined ? named : [...named, { kind: 'date', text: created }]
}

function isTag({ type }: { readonly type: string }): boolean {
  return type === 'udta' || type === 'meta'
}

/** Seconds since 1904; many writers leave it 0. */
function createdAt(header: Uint8Array | undefined): string | undefined {
  if (header === undefined) return undefined
  const view = viewOf(header, 12)
  const seconds = view.getUint8(0) === 1 ? Number(view.getBigUint64(4)) : view.getUint32(4)
  if (seconds === 0) return undefined
  const date = new Date((seconds - 2_082_844_800) * 1000)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** Items of a picture file that are EXIF or XMP. */
async function items(source: ByteSource, body: Uint8Array): Promise<Finding[]> {
  const boxes = boxesOf(body.subarray(4))
  const kinds = itemKinds(find(boxes, 'iinf'))
  const places = itemPlaces(find(boxes, 'iloc'))
  const findings: Finding[] = []
  for (const [id, kind] of kinds) {
    const place = places.get(id)
    if (place === undefined) {
      findings.push({ kind: 'unknown' })
      continue
    }
    const data = await readBlock(source, place.start, place.end)
    if (kind === 'xmp') findings.push(...readXmp(data))
    // How far the TIFF header is behind this number.
    else findings.push(...readTiff(data.subarray(4 + viewOf(data, 4).getUint32(0))))
  }
  return findings
}

function itemKinds(iinf: Uint8Array | undefined): ReadonlyMap<number, 'exif' | 'xmp'> {
  const kinds = new Map<number, 'exif' | 'xmp'>()
  if (iinf === undefined) return kinds
  const wide = (iinf[0] ?? 0) > 0
  for (const { type, body } of boxesOf(iinf.subarray(wide ? 8 : 6))) {
    if (type !== 'infe' || body.length < 12) continue
    const version = body[0] ?? 0
    if (version < 2) continue
    const view = viewOf(body, version === 2 ? 12 : 14)
    const id = version === 2 ? view.getUint16(4) : view.getUint32(4)
    const kind = fourCc(body, version === 2 ? 8 : 10)
    if (kind === 'Exif') kinds.set(id, 'exif')
    if (kind === 'mime' && latin1Text(body).includes('application/rdf+xml')) kinds.set(id, 'xmp')
  }
  return kinds
}

/** Where items lie in the file; only those in one piece at a place from its start. */
function itemPlaces(
  iloc: Uint8Array | undefined,
): ReadonlyMap<number, { readonly start: number; readonly end: number }> {
  const places = new Map<number, { readonly start: number; readonly end: number }>()
  if (iloc === undefined) return places
  const view = viewOf(iloc, 8)
  const version = view.getUint8(0)
  const [offsetSize, lengthSize] = [view.getUint8(4) >> 4, view.getUint8(4) & 15]
  const [baseSize, indexSize] = [view.getUint8(5) >> 4, version === 0 ? 0 : view.getUint8(5) & 15]
  let at = 6
  const take = (size: number): number => {
    if (at + size > iloc.length) throw new MediaError('damaged')
    let value = 0
    for (let index = 0; index < size; index++) value = value * 256 + (iloc[at + index] ?? 0)
    at += size
    return value
  }
  const idSize = version < 2 ? 2 : 4
  for (let left = take(idSize); left > 0; left--) {
    const id = take(idSize)
    const method = version === 0 ? 0 : take(2) & 15
    take(2)
    const base = take(baseSize)
    const extents = take(2)
    for (let extent = 0; extent < extents; extent++) {
      take(indexSize)
      const start = base + take(offsetSize)
      const length = take(lengthSize)
      if (extents === 1 && method === 0) places.set(id, { start, end: start + length })
    }
  }
  return places
}
