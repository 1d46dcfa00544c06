// What a file is, by its first bytes. Names and declared types say nothing: an HTML page called photo.jpg must not pass.

import type { ByteSource } from './source.ts'

export type MediaType = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic' | 'mp4' | 'webm'

const headBytes = 64

// Brands of ISO base media files that hold pictures; every other brand is taken for a video.
const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'])
const avifBrands = new Set(['avif', 'avis'])

/** An MPEG transport stream begins each of its packets alike. */
const transportPacketBytes = 188
const foreignStarts = [
  'II*\0', // TIFF, and most raw photos
  'MM\0*',
  '\xff\x0a', // JPEG XL
  '\0\0\0\x0cJXL ',
  '\0\0\0\x0cjP  ', // JPEG 2000
  'OggS',
  'FLV\x01',
  '\x30\x26\xb2\x75\x8e\x66\xcf\x11', // Windows Media
  '\0\0\x01\xba', // MPEG programme stream
]

/** Undefined for anything that is neither a photo nor a video of a known kind. */
export async function sniff(source: ByteSource): Promise<MediaType | undefined> {
  return typeOf(await source.read(0, Math.min(headBytes, source.sizeBytes)))
}

/** Whether it is a photo or video of a kind that is not read here: AVI, TIFF and raw photos, BMP, JPEG XL and others. */
export async function isForeignMedia(source: ByteSource): Promise<boolean> {
  const head = await source.read(0, Math.min(transportPacketBytes + 1, source.sizeBytes))
  const text = ascii(head, 0, 16)
  const isBitmap = text.startsWith('BM') && text.slice(6, 10) === '\0\0\0\0'
  const isTransportStream = head[0] === 0x47 && head[transportPacketBytes] === 0x47
  const isAvi = text.startsWith('RIFF') && text.slice(8, 12) === 'AVI '
  return isBitmap || isAvi || isTransportStream || foreignStarts.some((start) => text.startsWith(start))
}

function typeOf(head: Uint8Array): MediaType | undefined {
  if (startsWith(head, 0xff, 0xd8, 0xff)) return 'jpeg'
  if (startsWith(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'webp'
  if (ascii(head, 0, 6) === 'GIF87a' || ascii(head, 0, 6) === 'GIF89a') return 'gif'
  if (startsWith(head, 0x1a, 0x45, 0xdf, 0xa3)) return 'webm'
  const box = ascii(head, 4, 8)
  if (box === 'ftyp') return isoType(head)
  // QuickTime files of old cameras have no ftyp. A size that reads as text means that the rest is text too.
  if ((head[0] ?? 0) >= 0x20) return undefined
  return box === 'moov' || box === 'mdat' || box === 'wide' ? 'mp4' : undefined
}

/** The major brand decides; `mif1` says only that it is a picture, so the others are asked whether it is AVIF. */
function isoType(head: Uint8Array): MediaType {
  const major = ascii(head, 8, 12)
  const compatible: string[] = []
  for (let at = 16; at + 4 <= head.length; at += 4) compatible.push(ascii(head, at, at + 4))
  if (avifBrands.has(major)) return 'avif'
  if (!heicBrands.has(major)) return 'mp4'
  return compatible.some((brand) => avifBrands.has(brand)) ? 'avif' : 'heic'
}

function startsWith(head: Uint8Array, ...bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte)
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end))
}
