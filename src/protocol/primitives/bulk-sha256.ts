// SHA-256 of large buffers through WebCrypto, off the calling thread where the platform can. For short inputs the
// synchronous `sha256` of hash.ts is faster.

import type { Bytes } from '../bytes.ts'
import { subtle } from './subtle.ts'

export async function bulkSha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle.digest('SHA-256', bytes))
}
