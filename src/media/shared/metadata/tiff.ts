// EXIF: what its directories say about place, device, owner and time. Read in both byte orders, each directory once.

import { latin1Text } from './text.ts'
import type { Finding } from './file-metadata.ts'

/** Directories of real photos have up to about 60 entries. */
const maxEntries = 1000

const exifPointer = 0x8769
const gpsPointer = 0x8825
const thumbnailTag = 0x0201

type TextKind = 'device' | 'owner' | 'date' | 'title'

const textTags: ReadonlyMap<number, TextKind> = new Map([
  [0x010e, 'title'], // ImageDescription
  [0x010f, 'device'], // Make
  [0x0110, 'device'], // Model
  [0x0131, 'device'], // Software
  [0x0132, 'date'],
  [0x013b, 'owner'], // Artist
  [0x013c, 'device'], // HostComputer
  [0x8298, 'owner'], // Copyright
  [0x9003, 'date'],
  [0x9004, 'date'],
  [0x9286, 'title'], // UserComment, behind eight bytes that name its coding
  [0xa430, 'owner'], // CameraOwnerName
  [0xa431, 'device'], // BodySerialNumber
  [0xa433, 'device'],
  [0xa434, 'device'], // LensModel
  [0xa435, 'device'], // LensSerialNumber
])
/** In UTF-16, as Windows writes them. */
const wideTags: ReadonlyMap<number, TextKind> = new Map([
  [0x9c9b, 'title'],
  [0x9c9c, 'title'],
  [0x9c9d, 'owner'],
])

const typeBytes: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 }

interface Tiff {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly little: boolean
}

interface Entry {
  readonly tag: number
  readonly type: number
  readonly data: Uint8Array
}

/** `unknown` when it cannot be read as EXIF. */
export function readTiff(bytes: Uint8Array): Finding[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const order = bytes.length < 8 ? 0 : view.getUint16(0)
  if (order !== 0x4949 && order !== 0x4d4d) return [{ kind: 'unknown' }]
  const tiff: Tiff = { bytes, view, little: order === 0x4949 }
  const first = directory(tiff, view.getUint32(4, tiff.little))
  if (first === undefined) return [{ kind: 'unknown' }]
  const findings = first.entries.flatMap((entry) => described(tiff, entry))
  const second = first.next === 0 ? undefined : directory(tiff, first.next)
  const isThumbnail = second?.entries.some(({ tag }) => tag === thumbnailTag) ?? false
  return isThumbnail ? [...findings, { kind: 'thumbnail' }] : findings
}

function described(tiff: Tiff, entry: Entry): Finding[] {
  if (entry.tag === exifPointer || entry.tag === gpsPointer) {
    const target = directory(tiff, number(tiff, entry))
    if (target === undefined) return entry.tag === gpsPointer ? [{ kind: 'position' }] : [{ kind: 'unknown' }]
    if (entry.tag === gpsPointer) return position(tiff, target.entries)
    return target.entries.flatMap(textOf)
  }
  return textOf(entry)
}

function textOf({ tag, type, data }: Entry): Finding[] {
  const wide = wideTags.get(tag)
  if (wide !== undefined) return [{ kind: wide, text: new TextDecoder('utf-16le').decode(data) }]
  const kind = textTags.get(tag)
  if (kind === undefined) return []
  const isComment = tag === 0x9286
  // Serial numbers are numbers with some makers; that there is one is what counts.
  if (type !== 2 && !isComment) return [{ kind, text: Array.from(data.subarray(0, 16)).join('.') }]
  return [{ kind, text: latin1Text(isComment ? data.subarray(8) : data) }]
}

/** Any entry but the version of the directory says something about a place. */
function position(tiff: Tiff, entries: readonly Entry[]): Finding[] {
  if (entries.every(({ tag }) => tag === 0)) return []
  const latitude = degrees(tiff, entries, 1)
  const longitude = degrees(tiff, entries, 3)
  if (latitude === undefined || longitude === undefined) return [{ kind: 'position' }]
  return [{ kind: 'position', latitudeDegrees: latitude, longitudeDegrees: longitude }]
}

/** Degrees, minutes and seconds as fractions (some phones write signed ones), with their direction in the tag before. */
function degrees({ little }: Tiff, entries: readonly Entry[], referenceTag: 1 | 3): number | undefined {
  const reference = entries.find(({ tag }) => tag === referenceTag)
  const value = entries.find(({ tag }) => tag === referenceTag + 1)
  if (reference === undefined || (value?.type !== 5 && value?.type !== 10) || value.data.length < 24) return undefined
  const view = new DataView(value.data.buffer, value.data.byteOffset, value.data.byteLength)
  const part = (at: number) => view.getUint32(at, little) / (view.getUint32(at + 4, little) || 1)
  const size = part(0) + part(8) / 60 + part(16) / 3600
  return /[SW]/i.test(latin1Text(reference.data)) ? -size : size
}

function directory(
  { bytes, view, little }: Tiff,
  at: number,
): { readonly entries: readonly Entry[]; readonly next: number } | undefined {
  if (at < 8 || at + 2 > bytes.length) return undefined
  const count = view.getUint16(at, little)
  const end = at + 2 + count * 12
  if (count > maxEntries || end > bytes.length) return undefined
  const entries: Entry[] = []
  for (let entry = at + 2; entry < end; entry += 12) {
    const type = view.getUint16(entry + 2, little)
    const length = (typeBytes[type] ?? 0) * view.getUint32(entry + 4, little)
    const start = length <= 4 ? entry + 8 : view.getUint32(entry + 8, little)
    // What points outside is there, but without a value.
    const data = start + length <= bytes.length ? bytes.subarray(start, start + length) : new Uint8Array()
    entries.push({ tag: view.getUint16(entry, little), type, data })
  }
  return { entries, next: end + 4 <= bytes.length ? view.getUint32(end, little) : 0 }
}

function number({ little }: Tiff, { data }: Entry): number {
  return data.length < 4 ? 0 : new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0, little)
}
