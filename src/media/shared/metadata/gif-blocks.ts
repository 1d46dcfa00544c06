// Metadata of a GIF: comments and the blocks of applications, between its frames.

import { MediaError } from '../../../messenger/ports.ts'
import { readPhoto } from '../photo/strip.ts'
import type { ByteSource } from '../source.ts'
import type { Finding } from './file-metadata.ts'
import { latin1Text, readXmp } from './text.ts'

/** @throws MediaError `damaged`, `too-large` */
export async function findInGif(source: ByteSource): Promise<Finding[]> {
  const file = await readPhoto(source)
  const findings: Finding[] = []
  let at = 13 + tableBytes(byteAt(file, 10))
  for (;;) {
    const kind = byteAt(file, at)
    if (kind === 0x3b) return findings
    if (kind === 0x2c) {
      at = blocksEnd(file, at + 11 + tableBytes(byteAt(file, at + 9)))
      continue
    }
    if (kind !== 0x21) throw new MediaError('damaged')
    const label = byteAt(file, at + 1)
    const end = blocksEnd(file, at + 2)
    const data = file.subarray(at + 2, end)
    if (label === 0xfe || label === 0x01) findings.push({ kind: 'title', text: joined(data) })
    if (label === 0xff) findings.push(...application(data))
    at = end
  }
}

/** XMP stands there as one text, its blocks' lengths being its own letters. */
function application(data: Uint8Array): Finding[] {
  const name = latin1Text(data.subarray(1, 12))
  if (name === 'NETSCAPE2.0' || name === 'ANIMEXTS1.0') return []
  return name === 'XMP DataXMP' ? readXmp(data.subarray(12)) : [{ kind: 'unknown' }]
}

/** The blocks' contents without their lengths. */
function joined(data: Uint8Array): string {
  let text = ''
  for (let at = 0; at < data.length; at += 1 + (data[at] ?? 0)) {
    text += latin1Text(data.subarray(at + 1, at + 1 + (data[at] ?? 0)))
  }
  return text
}

function blocksEnd(file: Uint8Array, start: number): number {
  let at = start
  while (byteAt(file, at) !== 0) at += 1 + byteAt(file, at)
  return at + 1
}

function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function byteAt(file: Uint8Array, at: number): number {
  const byte = file[at]
  if (byte === undefined) throw new MediaError('damaged')
  return byte
}
