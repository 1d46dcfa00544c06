// A file as it is: nothing is looked at, and nothing taken out.

import type { MediaSource, PreparedMedia } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import type { ByteSource } from './source.ts'

const anyMime = 'application/octet-stream'

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
