// Reading single blocks of a file, in bounds.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import type { ByteSource } from '../source.ts'

/** Metadata is small; what is larger was not written by a camera. @throws MediaError `damaged` */
export async function readBlock(source: ByteSource, start: number, end: number): Promise<Uint8Array> {
  if (end < start || end > source.sizeBytes || end - start > mediaLimits.metadataBytes) throw new MediaError('damaged')
  return await source.read(start, end)
}

/** A view of exactly these bytes. @throws MediaError `damaged` when the file ends before */
export async function readView(source: ByteSource, start: number, length: number): Promise<DataView> {
  const bytes = await readBlock(source, start, start + length)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Counts the blocks of one file. @throws MediaError `damaged` when there are too many */
export function countBlocks(): () => void {
  let count = 0
  return () => {
    count++
    if (count > mediaLimits.metadataBlocks) throw new MediaError('damaged')
  }
}
