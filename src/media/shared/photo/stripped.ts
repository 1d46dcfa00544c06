// A photo without its metadata: same pixels, bit for bit.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import type { Orientation } from './exif.ts'

export interface StrippedPhoto {
  readonly mime: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif'
  readonly bytes: Uint8Array
  /** As stored, before the orientation is applied. */
  readonly width: number
  readonly height: number
  /** Kept in the bytes. */
  readonly orientation: Orientation
  /** Every pixel is as it was drawn: its edges are sharp, and better stay so. */
  readonly lossless: boolean
  /** A decoder can make it smaller row by row, without holding the whole. */
  readonly scalable: boolean
  /** More than one picture: re-encoding would lose the others. */
  readonly animated: boolean
  /** Colours that are kept in the bytes, where there is a profile. */
  readonly profile?: Uint8Array
  /** Metadata that says how to turn or colour the picture could not be read: better re-encode, else refuse. */
  readonly doubtful: boolean
}

/** @throws MediaError `damaged` for a picture without area, `too-large` for sides that a message cannot state */
export function checkSize(width: number, height: number): void {
  if (width === 0 || height === 0) throw new MediaError('damaged')
  if (width > mediaLimits.side || height > mediaLimits.side) throw new MediaError('too-large')
}

export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Bytes as Latin-1 text, for marks in file formats. */
export function textAt(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end))
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}
