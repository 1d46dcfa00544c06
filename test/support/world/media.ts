// Media whose bytes are what they are: what a story sends is what arrives, hash for hash. The real pipeline has its own tests.

import type { MediaPreparer } from '../../../src/messenger/ports.ts'
import { MediaError } from '../../../src/messenger/ports.ts'

export function plainMedia(): MediaPreparer {
  return {
    async prepare(source, { signal }) {
      signal?.throwIfAborted()
      if (!(source instanceof Uint8Array)) throw new MediaError('unreadable')
      if (source.length === 0) throw new MediaError('empty')
      return {
        kind: 'photo',
        mime: 'image/webp',
        width: 640,
        height: 480,
        sizeBytes: source.length,
        read: (start, end) => Promise.resolve(source.slice(start, end)),
        close: () => Promise.resolve(),
      }
    },
  }
}
