// Metadata of a JPEG: in segments before the picture, and in what may follow its end.

import type { ByteSource } from '../source.ts'
import { countBlocks, readBlock, readView } from './block.ts'
import type { Finding } from './file-metadata.ts'
import { latin1Text, readPhotoshop, readXmp } from './text.ts'
import { readTiff } from './tiff.ts'

const startOfScan = 0xda
const comment = 0xfe
/** JFIF, ICC profile, Adobe's colour transform: say nothing about a person. */
const silent = /^(JFIF\0|ICC_PROFILE\0|Adobe)/

/** @throws MediaError `damaged` */
export async function findInJpeg(source: ByteSource): Promise<Finding[]> {
  const findings: Finding[] = []
  const count = countBlocks()
  for (let at = 2; ;) {
    count()
    const head = await readView(source, at, 4)
    const [mark, marker, length] = [head.getUint8(0), head.getUint8(1), head.getUint16(2)]
    if (mark !== 0xff || length < 2) return [...findings, { kind: 'unknown' }]
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === startOfScan) return findings
    if (marker === comment || (marker >= 0xe0 && marker <= 0xef)) {
      findings.push(...segment(marker, await readBlock(source, at + 4, at + 2 + length)))
    }
    at += 2 + length
  }
}

function segment(marker: number, payload: Uint8Array): Finding[] {
  if (marker === comment) return [{ kind: 'title', text: latin1Text(payload) }]
  const start = latin1Text(payload.subarray(0, 40))
  if (start.startsWith('Exif\0')) return readTiff(payload.subarray(6))
  if (start.startsWith('http://ns.adobe.com/xap/1.0/\0')) return readXmp(payload.subarray(29))
  if (start.startsWith('Photoshop 3.0\0')) return readPhotoshop(payload.subarray(14))
  // Previews and second pictures.
  if (start.startsWith('MPF\0') || start.startsWith('JFXX\0')) return [{ kind: 'thumbnail' }]
  return silent.test(start) ? [] : [{ kind: 'unknown' }]
}
