// Metadata of a WebP: its EXIF and XMP chunks.

import type { ByteSource } from '../source.ts'
import { countBlocks, readBlock, readView } from './block.ts'
import type { Finding } from './file-metadata.ts'
import { latin1Text, readXmp } from './text.ts'
import { readTiff } from './tiff.ts'

const silent = /^(VP8 |VP8L|VP8X|ALPH|ANIM|ANMF|ICCP)$/

/** @throws MediaError `damaged` */
export async function findInWebp(source: ByteSource): Promise<Finding[]> {
  const findings: Finding[] = []
  const count = countBlocks()
  for (let at = 12; at + 8 <= source.sizeBytes;) {
    count()
    const head = await readView(source, at, 8)
    const type = latin1Text(new Uint8Array(head.buffer, head.byteOffset, 4))
    const length = head.getUint32(4, true)
    if (!silent.test(type)) {
      findings.push(...chunk(type, await readBlock(source, at + 8, at + 8 + length)))
    }
    at += 8 + length + (length & 1)
  }
  return findings
}

function chunk(type: string, data: Uint8Array): Finding[] {
  if (type === 'EXIF') return readTiff(latin1Text(data.subarray(0, 6)) === 'Exif\0\0' ? data.subarray(6) : data)
  return type === 'XMP ' ? readXmp(data) : [{ kind: 'unknown' }]
}
