// HEIC and AVIF files put together from their parts, around frames of 64 × 64 pixels that decode.
//
// The frames show four squares: red and green above, blue and white below, each as strong as the numbers go.

import { be, join } from './bytes.ts'
import { secretTiff, xmp } from './secret-exif.ts'

export interface Frame {
  /** `hvcC` or `av1C`. */
  readonly configuration: Uint8Array
  readonly data: Uint8Array
  readonly kind?: 'hvc1' | 'av01'
}

/** HEVC, 8 and 10 bits, YCbCr 4:2:0 by the matrix of BT.601 in full range. */
export const frames = {
  plain: frame(
    'AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgQEDAgAAAMACAAAAwAIQCIAAQAGRAHBcYES',
    'AAAAPSgBrwY4W1LTf4kN///7dGeh/rW0mtK/uXB//+B9v//sw7FgY/b3Axv4R4j/+0ZhhaD+JNMRPwJXevz+d+A=',
  ),
  deep: frame(
    'AQQIAAAAAAAAAAAAHvAA/P36+gAADwMgAAEAF0ABDAH//wQIAAADAJ24AAADAAAeugJAIQABACpCAQEECAAAAwCduAAAAwAAHqAggQTZbqSSmubgQEDAgAAAAwCAAAADAIQiAAEABkQBwXGBEg==',
    'AAAAPCgBrwY4W1LTf4h3///7fP+h/rcVGtK/uTef/+DuP//szWtgY/cKdxv4Vfz/+0oyTqD+JgB//B6Dr6meuA==',
  ),
  /** 1024 × 1024 pixels. */
  large: frame(
    'AQNwAAAAAAAAAAAAePAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAeLoCQCEAAQAtQgEBA3AAAAMAkAAAAwAAAwB4oAIAgBAFlupJKa5uBAQMCAAAAwAIAAADAAhAIgABAAZEAcFxgxI=',
    'AAABaSgBrwnCBtV1E0Dzz7zzzzzz4CNzP/1Gx//bKdl8/b620QwtdSdXZ64eNABXAFSCaAAFy/9x9zSv/wl3/+cUBcAAAAMAAAMD3qQBN24AB4AIQD0AAAMAGarWAAADAAAOmJMAiAOIAAADAAADAxf7gAAAAwAlIIcAAAMAAAMAAAMC9qwAAAMAAJmAAAADAAADAAAHAnYAAAMABCwAAAMAAAMAAZwiAAADAAGDAAADAAADABLaqAAAAwAWMAAAAwAAAwBB9EAAAAMAZcBIP///6xyTvxIn//cWaAAAAwAAAwAGUwLIfme7/+//OZEB5lP9+nKsnwAAAwAAD2gAAAMAAAMAXbCgAAADABuQAAADAAADAQsg8AAAAwBQQAAAAwAAAwGvVaAAAAMAlIAAAAMAAAMB/vngAAADALOAAAADAAADAoYSoAAAAwDbgAAAAwAAAwMQbwAAAwAA+oAAAAMAAAMDkP7AAAADAUU=',
  ),
  /** Grey: the left half full, the right half empty. */
  alpha: frame(
    'AQQIAAAAAAAAAAAAHvAA/Pz4+AAADwMgAAEAF0ABDAH//wQIAAADAJ/4AAADAAAeugJAIQABACZCAQEECAAAAwCf+AAAAwAAHsCCBBZbqSSmubAgAAADACAAAAMAISIAAQAGRAHBcYES',
    'AAAAFygBrgxwdrSt/x8/WJL/2C0ZK8v/3RP/',
  ),
} as const

export interface Item {
  readonly id: number
  readonly type: string
  readonly data: Uint8Array
  readonly properties?: readonly Uint8Array[]
  /** Kind of reference, and the items that it names. */
  readonly refers?: readonly (readonly [string, readonly number[]])[]
  /** What `mime` items hold. */
  readonly contentType?: string
  readonly isHidden?: boolean
}

/** An item of one frame. */
export function pictureItem(
  id: number,
  { configuration, data, kind = 'hvc1' }: Frame,
  properties: readonly Uint8Array[] = [],
  size: readonly [number, number] = [64, 64],
): Item {
  const configurationBox = box(kind === 'hvc1' ? 'hvcC' : 'av1C', configuration)
  return { id, type: kind, data, properties: [configurationBox, extent(...size), ...properties] }
}

/** A picture of `columns` × `rows` frames, which are items from 100 on. */
export function gridItems(
  id: number,
  columns: number,
  rows: number,
  {
    frame: tile = frames.plain,
    edge = 64,
    properties = [],
    size = [columns * edge, rows * edge],
  }: {
    readonly frame?: Frame
    readonly edge?: number
    readonly properties?: readonly Uint8Array[]
    readonly size?: readonly [number, number]
  } = {},
): Item[] {
  const tiles = Array.from({ length: columns * rows }, (_, index) => ({
    ...pictureItem(100 + index, tile, [], [edge, edge]),
    isHidden: true,
  }))
  const grid = {
    id,
    type: 'grid',
    data: join(be(1, 0, 1, rows - 1, columns - 1), be(4, ...size)),
    properties: [extent(...size), ...properties],
    refers: [['dimg', tiles.map((each) => each.id)]],
  } as const
  return [grid, ...tiles]
}

/** Says of another item that its right half is transparent. */
export function alphaItem(id: number, of: number): Item {
  const kind = box('auxC', be(4, 0), join('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0'))
  return { ...pictureItem(id, frames.alpha, [kind]), isHidden: true, refers: [['auxl', [of]]] }
}

/** What a camera says of a photo, and must not leave. */
export function secretItems(about: number): Item[] {
  const refers = [['cdsc', [about]]] as const
  return [
    { id: 60, type: 'Exif', data: join(be(4, 6), 'Exif\0\0', secretTiff(6)), refers },
    { id: 61, type: 'mime', contentType: 'application/rdf+xml', data: join(xmp), refers },
  ]
}

interface FileParts {
  readonly items?: readonly Item[]
  readonly primary?: number
  /** Major brand, then the compatible ones. */
  readonly brands?: readonly string[]
  /** Behind the picture. */
  readonly after?: readonly Uint8Array[]
}

/** One picture unless told otherwise. */
export function heic({
  items = [pictureItem(1, frames.plain)],
  primary = 1,
  brands = ['heic', 'mif1', 'heic'],
  after = [],
}: FileParts = {}): Uint8Array {
  const [major = '', ...compatible] = brands
  const head = box('ftyp', join(major, be(4, 0), ...compatible))
  // Places have the same width wherever the data is: known after it was written once.
  const length = head.length + meta(items, primary, 0).length
  const data = box('mdat', ...uniqueData(items).keys())
  return join(head, meta(items, primary, length + 8), data, ...after)
}

/** ICC profile of the primary picture. */
export function profileProperty(profile: Uint8Array): Uint8Array {
  return box('colr', join('prof'), profile)
}

/** Primaries, transfer and matrix by the numbers of ITU-T H.273, in full range. */
export function nclxProperty(primaries: number, transfer: number, matrix = 6): Uint8Array {
  return box('colr', join('nclx', be(2, primaries, transfer, matrix), be(1, 0x80)))
}

/** Quarter turns against the clock. */
export function rotation(turns: 1 | 2 | 3): Uint8Array {
  return box('irot', be(1, turns))
}

/** 0: top and bottom change places; 1: left and right. */
export function mirror(axis: 0 | 1): Uint8Array {
  return box('imir', be(1, axis))
}

export function extent(width: number, height: number): Uint8Array {
  return box('ispe', be(4, 0, width, height))
}

export function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = join(type, ...parts)
  return join(be(4, body.length + 4), body)
}

function meta(items: readonly Item[], primary: number, dataAt: number): Uint8Array {
  return box(
    'meta',
    be(4, 0),
    box('hdlr', be(4, 0, 0), join('pict'), be(4, 0, 0, 0), be(1, 0)),
    box('pitm', be(4, 0), be(2, primary)),
    box('iloc', be(4, 0), be(1, 0x44, 0), be(2, items.length), ...places(items, dataAt)),
    box('iinf', be(4, 0), be(2, items.length), ...items.map(entry)),
    ...references(items),
    properties(items),
  )
}

function entry({ id, type, contentType, isHidden = false }: Item): Uint8Array {
  const about = contentType === undefined ? '' : `${contentType}\0`
  return box('infe', be(4, (2 << 24) | (isHidden ? 1 : 0)), be(2, id, 0), join(type, '\0', about))
}

function references(items: readonly Item[]): Uint8Array[] {
  const boxes = items.flatMap(({ id, refers = [] }) =>
    refers.map(([kind, to]) => box(kind, be(2, id, to.length, ...to))),
  )
  return boxes.length === 0 ? [] : [box('iref', be(4, 0), ...boxes)]
}

/** Each property of its own, also where several items have the same. */
function properties(items: readonly Item[]): Uint8Array {
  const all: Uint8Array[] = []
  const numbers = new Map<string, number>()
  const number = (property: Uint8Array): number => {
    const key = property.join()
    if (!numbers.has(key)) numbers.set(key, all.push(property))
    return numbers.get(key) ?? 0
  }
  const owners = items.filter((item) => item.properties !== undefined)
  const associations = owners.map(({ id, properties: own = [] }) =>
    join(be(2, id), be(1, own.length, ...own.map((property) => number(property) | (isEssential(property) ? 0x80 : 0)))),
  )
  return box('iprp', box('ipco', ...all), box('ipma', be(4, 0, associations.length), ...associations))
}

function isEssential(property: Uint8Array): boolean {
  return ['hvcC', 'av1C', 'irot', 'imir'].includes(String.fromCharCode(...property.subarray(4, 8)))
}

function places(items: readonly Item[], dataAt: number): Uint8Array[] {
  const starts = uniqueData(items)
  return items.map(({ id, data }) => join(be(2, id, 0, 1), be(4, dataAt + (starts.get(data) ?? 0), data.length)))
}

/** Where each data starts among all: the same bytes are written once. */
function uniqueData(items: readonly Item[]): ReadonlyMap<Uint8Array, number> {
  const starts = new Map<Uint8Array, number>()
  let at = 0
  for (const { data } of items) {
    if (starts.has(data)) continue
    starts.set(data, at)
    at += data.length
  }
  return starts
}

function frame(configuration: string, data: string): Frame {
  return { configuration: fromBase64(configuration), data: fromBase64(data) }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}
