// Receives request bodies within bounds: per body, and over all clients together.

import type { IncomingMessage } from 'node:http'
import { concatBytes } from '../../src/protocol/bytes.ts'

/** More than any body that is a mistake rather than an attack. */
const discardBytes = 8 * 1024 * 1024

type Body =
  | { readonly kind: 'body'; readonly bytes: Uint8Array; readonly release: () => void }
  | { readonly kind: 'refused'; readonly reason: 'too-large' | 'busy' | 'aborted' }

export interface BodyReader {
  /** `release` ends the accounting; call it when the bytes are no longer needed. */
  read(request: IncomingMessage, maxBytes: number): Promise<Body>
}

export function createBodyReader(bytesAtOnce: number): BodyReader {
  let held = 0

  async function read(request: IncomingMessage, maxBytes: number): Promise<Body> {
    const announced = announcedBytes(request)
    if (announced !== undefined && announced > maxBytes) return { kind: 'refused', reason: 'too-large' }
    // Without a length the worst is assumed.
    const claim = announced ?? maxBytes
    if (held + claim > bytesAtOnce) return { kind: 'refused', reason: 'busy' }
    held += claim
    let released = false
    const release = (): void => {
      if (!released) held -= claim
      released = true
    }
    const body = await receive(request, maxBytes)
    if (body instanceof Uint8Array) return { kind: 'body', bytes: body, release }
    release()
    return { kind: 'refused', reason: body }
  }

  return { read }
}

/**
 * For a request whose answer needs no body: takes and drops a reasonable rest of it, because closing at once would reset
 * the connection before the client has read why.
 */
export function discardBody(request: IncomingMessage): void {
  let size = 0
  request.removeAllListeners('data')
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > discardBytes) request.destroy()
  })
  request.resume()
}

function announcedBytes(request: IncomingMessage): number | undefined {
  const header = request.headers['content-length']
  return header === undefined ? undefined : Number(header)
}

function receive(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | 'too-large' | 'aborted'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) {
        request.pause()
        chunks.length = 0
        resolve('too-large')
      } else {
        chunks.push(chunk)
      }
    })
    request.on('end', () => resolve(concatBytes(...chunks)))
    request.on('error', () => resolve('aborted'))
    request.on('close', () => resolve('aborted'))
  })
}
