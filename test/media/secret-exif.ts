// EXIF as cameras write it, with everything that must not leave the device.

import { be, join, latin1 } from './bytes.ts'

export const secrets = [
  'Maker GmbH',
  'Model X-1',
  '2026:07:14 12:30:00',
  'Serial-0815',
  'Ana Photographer',
  'N48.2082',
] as const

const ascii = 2
const short = 3

/** A TIFF block with orientation, make, model, date, serial, artist and a GPS directory. */
export function secretTiff(orientation: number): Uint8Array {
  const texts: readonly (readonly [number, string])[] = [
    [0x010f, secrets[0]],
    [0x0110, secrets[1]],
    [0x0132, secrets[2]],
    [0x013b, secrets[4]],
    [0xa431, secrets[3]],
    [0x8825, secrets[5]],
  ]
  const count = texts.length + 1
  let valuesAt = 8 + 2 + count * 12 + 4
  const entries = [join(be(2, 0x0112, short), be(4, 1), be(2, orientation, 0))]
  const values: Uint8Array[] = []
  for (const [tag, text] of texts) {
    const value = latin1(`${text}\0`)
    entries.push(join(be(2, tag, ascii), be(4, value.length, valuesAt)))
    values.push(value)
    valuesAt += value.length
  }
  return join('MM\0*', be(4, 8), be(2, count), ...entries, be(4, 0), ...values)
}

export const xmp = `<x:xmpmeta><rdf:Description dc:creator="${secrets[4]}" exif:GPSLatitude="${secrets[5]}"/></x:xmpmeta>`
