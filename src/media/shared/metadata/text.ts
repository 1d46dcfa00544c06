// Metadata that is text: XMP, the records of IPTC, and names with values.

import type { Finding } from './file-metadata.ts'

type TextKind = 'device' | 'owner' | 'date' | 'title'

/** Properties of XMP, by the part of their name behind the prefix, which writers choose freely. */
const properties: readonly (readonly [TextKind, RegExp])[] = [
  ['device', property('Make|Model|CreatorTool|Software|Lens|LensModel|SerialNumber|LensSerialNumber|BodySerialNumber')],
  ['owner', property('creator|rights|Artist|Copyright|OwnerName|CameraOwnerName|Credit|AuthorsPosition')],
  ['date', property('CreateDate|ModifyDate|MetadataDate|DateCreated|DateTimeOriginal|DateTimeDigitized')],
  ['title', property('title|description|Headline|UserComment|subject|Caption')],
]
const places = property('GPS\\w+|City|Country|CountryCode|State|Location|Sublocation|LocationShown|LocationCreated')
const latitude = property('GPSLatitude')
const longitude = property('GPSLongitude')
const thumbnails = /<\w+:Thumbnails\b/

export function readXmp(bytes: Uint8Array): Finding[] {
  const xml = new TextDecoder().decode(bytes)
  const findings: Finding[] = properties.flatMap(([kind, pattern]) =>
    valuesOf(xml, pattern).map((text): Finding => ({ kind, text })),
  )
  if (thumbnails.test(xml)) findings.push({ kind: 'thumbnail' })
  if (valuesOf(xml, places).length === 0) return findings
  const [north, east] = [degrees(valuesOf(xml, latitude)[0]), degrees(valuesOf(xml, longitude)[0])]
  const isKnown = north !== undefined && east !== undefined
  return [...findings, { kind: 'position', ...(isKnown && { latitudeDegrees: north, longitudeDegrees: east }) }]
}

/** Records of IPTC-IIM in the resources of Photoshop. */
export function readPhotoshop(bytes: Uint8Array): Finding[] {
  const findings: Finding[] = []
  const text = latin1Text(bytes)
  for (const resource of text.matchAll(/8BIM([\s\S]{2})/g)) {
    const id = ((resource[1]?.charCodeAt(0) ?? 0) << 8) | (resource[1]?.charCodeAt(1) ?? 0)
    if (id === 0x040c || id === 0x0409) findings.push({ kind: 'thumbnail' })
  }
  for (let at = bytes.indexOf(0x1c); at !== -1 && at + 5 <= bytes.length; at = bytes.indexOf(0x1c, at + 1)) {
    if (bytes[at + 1] !== 2) continue
    const length = ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0)
    const value = new TextDecoder().decode(bytes.subarray(at + 5, at + 5 + length))
    const kind = records.get(bytes[at + 2] ?? 0)
    if (kind === 'position') findings.push({ kind })
    else if (kind !== undefined) findings.push({ kind, text: value })
  }
  return findings
}

const records: ReadonlyMap<number, TextKind | 'position'> = new Map([
  [5, 'title'],
  [25, 'title'],
  [55, 'date'],
  [65, 'device'],
  [80, 'owner'],
  [90, 'position'],
  [92, 'position'],
  [95, 'position'],
  [101, 'position'],
  [105, 'title'],
  [110, 'owner'],
  [116, 'owner'],
  [120, 'title'],
])

/** A name with a value, as PNG has them: some names mean more than a comment. */
export function readNamedText(name: string, text: string): Finding[] {
  if (/^XML:com\.adobe\.xmp$/i.test(name)) return readXmp(new TextEncoder().encode(text))
  if (/gps|location|geo/i.test(name)) return [{ kind: 'position' }]
  if (/author|artist|copyright|owner|creator/i.test(name)) return [{ kind: 'owner', text }]
  if (/date|time/i.test(name)) return [{ kind: 'date', text }]
  if (/software|source|model|make|camera/i.test(name)) return [{ kind: 'device', text }]
  return [{ kind: 'title', text }]
}

export function latin1Text(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}

/** Bounded everywhere, so that no text makes it slow. As an attribute, or as an element with text or a list of texts. */
function property(names: string): RegExp {
  return new RegExp(`:(?:${names})(?:\\s{0,9}=\\s{0,9}"([^"]{0,2000})"|(?:\\s[^>]{0,200})?>([\\s\\S]{0,2000}?)</)`, 'g')
}

function valuesOf(xml: string, pattern: RegExp): string[] {
  return [...xml.matchAll(pattern)]
    .map(([, attribute, element]) => (attribute ?? element ?? '').replaceAll(/<[^>]*>/g, ' ').trim())
    .filter((value) => value !== '')
}

/** `48,12.29N` or `48,12,17N`, as XMP writes them. */
function degrees(text: string | undefined): number | undefined {
  const parts = /^(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?([NSEW])$/.exec(text ?? '')
  if (parts === null) return undefined
  const [, whole = '', minutes = '', seconds = '0', side = ''] = parts
  const size = Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600
  return /[SW]/.test(side) ? -size : size
}
