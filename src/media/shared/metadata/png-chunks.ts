// Metadata of a PNG: chunks with text, time and EXIF, anywhere in the file.

import type { ByteSource } from '../source.ts'
import { inflate } from '../photo/deflate.ts'
import { countBlocks, readBlock, readView } from './block.ts'
import type { Finding } from './file-metadata.ts'
import { latin1Text, readNamedText } from './text.ts'
import { readTiff } from './tiff.ts'

/** What pixels and their colours are made of. */
const silent = /^(IHDR|PLTE|IDAT|IEND|tRNS|gAMA|cHRM|sRGB|sBIT|cICP|mDCV|cLLI|bKGD|acTL|fcTL|fdAT|iCCP|pHYs|hIST|sPLT)$/

/** @throws MediaError `damaged` */
export async function findInPng(source: ByteSource): Promise<Finding[]> {
  const findings: Finding[] = []
  const count = countBlocks()
  for (let at = 8, type = ''; type !== 'IEND';) {
    count()
    const head = await readView(source, at, 8)
    const length = head.getUint32(0)
    type = latin1Text(new Uint8Array(head.buffer, head.byteOffset + 4, 4))
    if (!silent.test(type)) {
      findings.push(...(await chunk(type, await readBlock(source, at + 8, at + 8 + length))))
    }
    at += 12 + length
  }
  return findings
}

async function chunk(type: string, data: Uint8Array): Promise<Finding[]> {
  if (type === 'eXIf') return readTiff(data)
  if (type === 'tIME') return [{ kind: 'date', text: timeOf(data) }]
  const nameEnd = data.indexOf(0)
  if (nameEnd < 1) return [{ kind: 'unknown' }]
  const name = latin1Text(data.subarray(0, nameEnd))
  if (type === 'tEXt') return readNamedText(name, latin1Text(data.subarray(nameEnd + 1)))
  if (type === 'zTXt')
    return readNamedText(name, latin1Text((await inflate(data.subarray(nameEnd + 2))) ?? new Uint8Array()))
  return type === 'iTXt' ? await international(name, data.subarray(nameEnd + 1)) : [{ kind: 'unknown' }]
}

/** Whether it is compressed, how, its language, the name in that language, the text. */
async function international(name: string, data: Uint8Array): Promise<Finding[]> {
  const languageEnd = data.indexOf(0, 2)
  const translatedEnd = data.indexOf(0, languageEnd + 1)
  if (languageEnd === -1 || translatedEnd === -1) return [{ kind: 'unknown' }]
  const text = data.subarray(translatedEnd + 1)
  const plain = data[0] === 1 ? await inflate(text) : text
  return readNamedText(name, new TextDecoder().decode(plain ?? new Uint8Array()))
}

/** Year, month, day, hour, minute, second. */
function timeOf(data: Uint8Array): string {
  const two = (at: number) => String(data[at] ?? 0).padStart(2, '0')
  const year = ((data[0] ?? 0) << 8) | (data[1] ?? 0)
  return `${year}-${two(2)}-${two(3)} ${two(4)}:${two(5)}:${two(6)}`
}
