// zlib through the platform's streams, in bounds.

import { mediaLimits } from '../../limits.ts'
import { joinParts } from './stripped.ts'

/** Undefined when the data is broken, or longer than a profile may be. */
export function inflate(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  return pipe(bytes, new DecompressionStream('deflate'))
}

export function deflate(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  return pipe(bytes, new CompressionStream('deflate'))
}

async function pipe(
  bytes: Uint8Array,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    const reader = new Blob([bytes.slice()]).stream().pipeThrough(through).getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length
      if (length > mediaLimits.profileBytes) {
        await reader.cancel()
        return undefined
      }
      parts.push(part.value)
    }
  } catch {
    return undefined
  }
  return joinParts(parts)
}
