// EXIF as far as it matters here: the orientation is read from it, and a block that holds the orientation and nothing
// else is written.

/** 1 to 8, as EXIF counts: 1 upright; from 5 on width and height change places. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

const orientationTag = 0x0112
const shortType = 3
/** Some writers take wider or narrower numbers than the standard says; viewers read those as well. */
const byteType = 1
const longType = 4
/** TIFF headers of real photos are small; a directory of more entries is no directory. */
const maxEntries = 1000

/** The orientation in a TIFF block; undefined when the block cannot be read, 1 when it does not say. */
export function readOrientation(tiff: Uint8Array): Orientation | undefined {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  if (tiff.length < 8) return undefined
  const order = view.getUint16(0)
  if (order !== 0x4949 && order !== 0x4d4d) return undefined
  const little = order === 0x4949
  if (view.getUint16(2, little) !== 42) return undefined
  const directory = view.getUint32(4, little)
  if (directory + 2 > tiff.length) return undefined
  const count = view.getUint16(directory, little)
  if (count > maxEntries || directory + 2 + count * 12 > tiff.length) return undefined
  for (let entry = directory + 2; entry < directory + 2 + count * 12; entry += 12) {
    if (view.getUint16(entry, little) !== orientationTag) continue
    switch (view.getUint16(entry + 2, little)) {
      case shortType:
        return asOrientation(view.getUint16(entry + 8, little))
      case longType:
        return asOrientation(view.getUint32(entry + 8, little))
      case byteType:
        return asOrientation(view.getUint8(entry + 8))
      default:
        return undefined
    }
  }
  return 1
}

/** A TIFF block of one entry. */
export function writeOrientation(orientation: Orientation): Uint8Array {
  const bytes = new Uint8Array(26)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x4d4d)
  view.setUint16(2, 42)
  view.setUint32(4, 8)
  view.setUint16(8, 1)
  view.setUint16(10, orientationTag)
  view.setUint16(12, shortType)
  view.setUint32(14, 1)
  view.setUint16(18, orientation)
  return bytes
}

/** Width and height as displayed. */
export function upright(
  size: { readonly width: number; readonly height: number },
  orientation: Orientation,
): { readonly width: number; readonly height: number } {
  return orientation < 5 ? { width: size.width, height: size.height } : { width: size.height, height: size.width }
}

/** Values outside 1 to 8 mean nothing; viewers show such photos as they are. */
function asOrientation(value: number): Orientation {
  switch (value) {
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
      return value
    default:
      return 1
  }
}
