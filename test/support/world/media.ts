// Media whose bytes are what they are: what a story sends is what arrives, hash for hash. The real pipeline has its own tests.
// A photo, unless the story says otherwise: bytes that begin with `v` are a video of four seconds or of its `trim`, `voice` makes a voice note,
// quality `file` a file, and quality `original` shows the first half and has the whole as its original. All but files are
// read and encoded on their way, as the real pipeline tells it.

import type { MediaPreparer, PreparedMedia, VideoEdits } from '../../../src/messenger/ports.ts'
import { MediaError } from '../../../src/messenger/ports.ts'

const letterV = 0x76

export function plainMedia(): MediaPreparer {
  return {
    async prepare(source, { quality, voice, video, signal, onProgress }) {
      signal?.throwIfAborted()
      if (!(source instanceof Uint8Array)) throw new MediaError('unreadable')
      if (source.length === 0) throw new MediaError('empty')
      if (quality === 'file')
        return { kind: 'file', mime: 'application/pdf', width: 0, height: 0, name: 'C:\\Bo\\a.pdf', ...part(source) }
      const totalBytes = source.length
      for (const [at, kind] of (['read', 'encode'] as const).entries()) {
        for (const doneBytes of [0, totalBytes])
          onProgress?.((at + doneBytes / totalBytes) / 2, { kind, doneBytes, totalBytes })
        signal?.throwIfAborted()
      }
      if (voice === true)
        return { kind: 'voice', mime: 'audio/mp4', width: 0, height: 0, durationMs: 4000, waveform, ...part(source) }
      if (source[0] === letterV)
        return {
          kind: 'video',
          mime: 'video/mp4',
          width: 640,
          height: 480,
          durationMs: lengthOf(video),
          poster,
          ...part(source),
        }
      const photo = { kind: 'photo', mime: 'image/webp', width: 640, height: 480, thumbhash } as const
      if (quality !== 'original') return { ...photo, ...part(source) }
      const original = { mime: 'image/jpeg', width: 1280, height: 960, ...part(source) }
      return { ...photo, ...part(source.slice(0, Math.ceil(source.length / 2))), original }
    },
  }
}

const thumbhash = new Uint8Array(21).fill(9)
const waveform = Uint8Array.from({ length: 64 }, (_, index) => 4 * index)
const poster = { mime: 'image/jpeg', width: 64, height: 48, bytes: new Uint8Array(500).fill(7) }

function lengthOf({ trim }: VideoEdits = {}): number {
  return trim === undefined ? 4000 : trim.endMs - trim.startMs
}

function part(source: Uint8Array): Pick<PreparedMedia, 'sizeBytes' | 'read' | 'close'> {
  return {
    sizeBytes: source.length,
    read: (start, end) => Promise.resolve(source.slice(start, end)),
    close: () => Promise.resolve(),
  }
}
