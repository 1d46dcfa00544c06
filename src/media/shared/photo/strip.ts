// Metadata off a photo of any kind that can do without re-encoding.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import type { MediaType } from '../sniff.ts'
import type { ByteSource } from '../source.ts'
import { stripJpeg } from './jpeg.ts'
import { stripPng } from './png.ts'
import type { StrippedPhoto } from './stripped.ts'
import { stripWebp } from './webp.ts'

/** The whole file. @throws MediaError `too-large`, `unreadable` */
export async function readPhoto(source: ByteSource): Promise<Uint8Array> {
  if (source.sizeBytes > mediaLimits.photoBytes) throw new MediaError('too-large')
  return await source.read(0, source.sizeBytes)
}

/** @throws MediaError `damaged` on any anomaly, `unsupported`, `too-large` */
export async function stripPhoto(type: MediaType, file: Uint8Array): Promise<StrippedPhoto> {
  switch (type) {
    case 'jpeg':
      return stripJpeg(file)
    case 'png':
      return await stripPng(file)
    case 'webp':
      return stripWebp(file)
    default:
      throw new MediaError('unsupported')
  }
}
