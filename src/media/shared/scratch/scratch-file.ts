// A converted video before it is sealed for its message. It may be too large for memory, so it lies in a file of this
// browser, and what lies in a file outlives a crash: therefore each block is sealed with a key that is never stored.
//
//   file   [block 0 ‖ tag][block 1 ‖ tag] ... [last block ‖ tag]     AES-256-GCM, nonce = number of the block
//
// Each block is written once, under a key of this one file: no nonce is used twice.

import { MediaError } from '../../../messenger/ports.ts'
import type { ByteSource } from '../source.ts'

/** A segment of a blob is as large: sealing reads each block once. */
export const scratchBlockBytes = 256 * 1024
export const scratchTagBytes = 16

/** Plain data, so that a worker can hand it over. */
export interface ScratchFile {
  readonly file: Blob
  readonly key: CryptoKey
  readonly sizeBytes: number
  /** Its name in the folder of this tab; undefined where it is in memory. */
  readonly name?: string
}

export function createScratchKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

export async function sealBlock(
  key: CryptoKey,
  index: number,
  block: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.encrypt(parameters(index), key, block))
}

/** The bytes that were written. Keeps the last block that was opened. */
export function scratchSource({ file, key, sizeBytes }: ScratchFile): ByteSource {
  let last: { readonly index: number; readonly block: Promise<Uint8Array> } | undefined

  const open = async (index: number): Promise<Uint8Array> => {
    const start = index * (scratchBlockBytes + scratchTagBytes)
    try {
      const sealed = await file.slice(start, start + scratchBlockBytes + scratchTagBytes).arrayBuffer()
      return new Uint8Array(await crypto.subtle.decrypt(parameters(index), key, sealed))
    } catch (cause) {
      throw new MediaError('unreadable', { cause })
    }
  }
  const blockAt = (index: number): Promise<Uint8Array> => {
    if (last?.index !== index) last = { index, block: open(index) }
    return last.block
  }

  return {
    sizeBytes,
    async read(start, end) {
      if (start < 0 || end > sizeBytes || end < start) throw new MediaError('damaged')
      const bytes = new Uint8Array(end - start)
      for (let at = start; at < end;) {
        const index = Math.floor(at / scratchBlockBytes)
        const offset = at - index * scratchBlockBytes
        const piece = (await blockAt(index)).subarray(offset, offset + end - at)
        if (piece.length === 0) throw new MediaError('unreadable')
        bytes.set(piece, at - start)
        at += piece.length
      }
      return bytes
    },
  }
}

function parameters(index: number): AesGcmParams {
  const iv = new Uint8Array(12)
  new DataView(iv.buffer).setUint32(8, index)
  return { name: 'AES-GCM', iv }
}
