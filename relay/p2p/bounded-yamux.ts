// The multiplexer, with a bound on what it holds of a frame that is not whole yet. By itself yamux collects as many bytes as a
// frame announces, which may be 4 GiB, and looks at the window of the stream only then.

import type { MessageStream, StreamMuxerFactory } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'
import type { YamuxMuxerInit } from '@libp2p/yamux'
import type { Held } from '../held-bytes.ts'

const kibibyte = 1024
/** The window of a stream, which no frame may exceed, and the Noise message that its end came with. */
const mostBytes = (256 + 64) * kibibyte

export type HoldFor = (connection: MessageStream, bytes: number, cut: () => void) => Held

export function boundedYamux(init: YamuxMuxerInit, holdFor: HoldFor): () => StreamMuxerFactory {
  const create = yamux(init)
  return () => {
    const factory = create()
    return {
      protocol: factory.protocol,
      createStreamMuxer(connection) {
        const muxer = factory.createStreamMuxer(connection)
        boundFrames(connection, () => waitingBytes(muxer), holdFor)
        return muxer
      },
    }
  }
}

/** After the muxer has read what came: it listens first. */
function boundFrames(connection: MessageStream, waiting: () => number, holdFor: HoldFor): void {
  let held: Held | undefined
  const release = (): void => {
    held?.release()
    held = undefined
  }
  const cut = (): void => connection.abort(new Error('a frame that does not end'))
  connection.addEventListener('message', () => {
    const bytes = waiting()
    if (bytes === 0) return release()
    if (bytes > mostBytes) return cut()
    held ??= holdFor(connection, 0, cut)
    held.set(bytes)
  })
  connection.addEventListener('close', release)
}

/** @throws TypeError when the library looks different inside: then nothing would be bounded */
function waitingBytes(muxer: object): number {
  const decoder: unknown = Reflect.get(muxer, 'decoder')
  const buffer: unknown = typeof decoder === 'object' && decoder !== null ? Reflect.get(decoder, 'buffer') : undefined
  const bytes: unknown = typeof buffer === 'object' && buffer !== null ? Reflect.get(buffer, 'byteLength') : undefined
  if (typeof bytes !== 'number') throw new TypeError('yamux has no buffer of its decoder')
  return bytes
}
