// SHA-512 through WebCrypto: long chains of it leave the calling thread free between the steps, and cost less than twice
// as much as in JavaScript. For a single short input the synchronous `sha512` of hash.ts is faster.

import type { Bytes } from '../bytes.ts'
import { subtle } from './subtle.ts'

/** 64 bytes. */
export async function nativeSha512(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle.digest('SHA-512', bytes))
}
