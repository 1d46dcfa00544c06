// Receives request bodies within bounds: per body, per address, and over all clients together.

import type { IncomingMessage } from 'node:http'
import { concatBytes } from '../../src/protocol/bytes.ts'
import type { ByteBudget } from './byte-budget.ts'

/** More than any body that is a mistake rather than an attack. */
const discardBytes = 8 * 1024 * 1024

type Body =
  | { readonly kind: 'body'; readonly bytes: Uint8Array; readonly release: () => void }
  | { readonly kind: 'refused'; readonly reason: 'too-large' | 'busy' | 'aborted' }

export interface BodyReader {
  /** `release` ends the accounting; call it when the bytes are no longer needed. */
  read(request: IncomingMessage, address: string | undefined, maxBytes: number): Promise<Body>
}

export function createBodyReader(budget: ByteBudget): BodyReader {
  return {
    async read(request, address, maxBytes) {
      const announced = announcedBytes(request)
      if (announced !== undefined && announced > maxBytes) return { kind: 'refused', reason: 'too-large' }
      // What has arrived counts, not what was announced: announcing costs nothing.
      let held = 0
      const release = (): void => {
        budget.release(address, held)
        held = 0
      }
      const body = await receive(request, maxBytes, (bytes) => {
        if (!budget.claim(address, bytes)) return false
        held += bytes
        return true
      })
      if (body instanceof Uint8Array) return { kind: 'body', bytes: body, release }
      release()
      return { kind: 'refused', reason: body }
    },
  }
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

function receive(
  request: IncomingMessage,
  maxBytes: number,
  claim: (bytes: number) => boolean,
): Promise<Uint8Array | 'too-large' | 'busy' | 'aborted'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    let refused = false
    const refuse = (reason: 'too-large' | 'busy'): void => {
      refused = true
      request.pause()
      chunks.length = 0
      resolve(reason)
    }
    request.on('data', (chunk: Buffer) => {
      if (refused) return
      size += chunk.length
      if (size > maxBytes) refuse('too-large')
      else if (claim(chunk.length)) chunks.push(chunk)
      else refuse('busy')
    })
    request.on('end', () => resolve(concatBytes(...chunks)))
    request.on('error', () => resolve('aborted'))
    request.on('close', () => resolve('aborted'))
  })
}
