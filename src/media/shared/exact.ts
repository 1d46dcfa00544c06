// A file as it is: nothing is looked at, and nothing taken out.

import type { MediaErrorCode, MediaSource, PreparedMedia, Quality, VideoEdits } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import { mediaLimits } from '../limits.ts'
import type { ByteSource } from './source.ts'

const anyMime = 'application/octet-stream'

/** A refusal that says whether the same file could go out as it is. Other errors stay what they are. */
export function offeringFile(error: unknown, sizeBytes: number): unknown {
  if (!(error instanceof MediaError) || !aboutContent.has(error.code)) return error
  const asFile = sizeBytes > 0 && sizeBytes <= mediaLimits.videoBytes
  return new MediaError(error.code, { cause: error.cause, asFile })
}

/** Refusals of what is in the file, or of what it takes to look at that. */
const aboutContent: ReadonlySet<MediaErrorCode> = new Set([
  'not-media',
  'damaged',
  'unsupported',
  'too-large',
  'no-memory',
  'no-room',
  'not-loaded',
  'not-converted',
])

/** What is as it is leaves nothing out. @throws MediaError `unsupported` when a part of it should not be sent */
export function checkExact(quality: Quality, { trim, mute }: VideoEdits = {}): void {
  if (quality === 'file' && (trim !== undefined || mute === true)) throw new MediaError('unsupported')
}

/** What the source says of itself. @throws MediaError `empty` */
export function exactMedia(from: MediaSource, source: ByteSource, close: () => Promise<void>): PreparedMedia {
  if (source.sizeBytes === 0) throw new MediaError('empty')
  const name = from instanceof File ? from.name : typeof from === 'string' ? from : undefined
  return {
    kind: 'file',
    mime: from instanceof Blob ? plainType(from.type) : anyMime,
    width: 0,
    height: 0,
    sizeBytes: source.sizeBytes,
    read: (start, end) => source.read(start, end),
    ...(name === undefined ? {} : { name }),
    close,
  }
}

/** As a manifest has it: lower case, without parameters. */
function plainType(type: string): string {
  const [mime = ''] = type.toLowerCase().split(';')
  return /^[a-z0-9]{1,63}\/[a-z0-9][a-z0-9.+-]{0,62}$/.test(mime) ? mime : anyMime
}
