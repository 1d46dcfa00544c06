// Preparation in Node: as everywhere without pixels, and from files by their path.

import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import type { MediaPreparer } from '../messenger/ports.ts'
import { MediaError } from '../messenger/ports.ts'
import type { OpenSource } from './plain.ts'
import { plainMediaPreparer } from './plain.ts'
import type { ByteSource } from './shared/source.ts'

export function nodeMediaPreparer(): MediaPreparer {
  return plainMediaPreparer(openFile)
}

async function openFile(path: string): Promise<OpenSource> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (cause) {
    throw new MediaError('unreadable', { cause })
  }
  try {
    const status = await file.stat()
    if (!status.isFile()) throw new MediaError('unreadable')
    return { source: fileSource(file, status.size), close: () => file.close() }
  } catch (cause) {
    await file.close()
    throw cause instanceof MediaError ? cause : new MediaError('unreadable', { cause })
  }
}

function fileSource(file: FileHandle, sizeBytes: number): ByteSource {
  return {
    sizeBytes,
    async read(start, end) {
      const bytes = new Uint8Array(Math.max(0, end - start))
      let filled = 0
      while (filled < bytes.length) {
        let count: number
        try {
          count = (await file.read(bytes, filled, bytes.length - filled, start + filled)).bytesRead
        } catch (cause) {
          throw new MediaError('unreadable', { cause })
        }
        if (count === 0) throw new MediaError('damaged')
        filled += count
      }
      return bytes
    },
  }
}
