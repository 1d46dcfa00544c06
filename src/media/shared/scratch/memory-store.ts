// Where the browser gives no files: sealed blocks as a Blob, up to a bound.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import type { ScratchStore } from './scratch-writer.ts'

export function memoryStore(): ScratchStore {
  const parts = new Map<number, Uint8Array<ArrayBuffer>>()
  let sizeBytes = 0
  return {
    write(position, bytes) {
      sizeBytes += bytes.length
      if (sizeBytes > mediaLimits.scratchMemoryBytes) throw new MediaError('no-room')
      parts.set(position, bytes)
    },
    async finish() {
      const ordered = [...parts].toSorted(([a], [b]) => a - b).map(([, bytes]) => bytes)
      parts.clear()
      return { file: new Blob(ordered) }
    },
    async discard() {
      parts.clear()
    },
  }
}
