// Two ends of a stream inside the test: what one sends the other receives, and a test can say anything on either.

import type { FrameStream, FrameStreamOptions } from '../../../src/transport/frames.ts'
import { TransportError } from '../../../src/messenger/ports.ts'

export interface FakeStream {
  /** What the code under test opens. */
  readonly open: (options: FrameStreamOptions) => FrameStream
  /** Frames that the code under test sent. */
  readonly sent: Uint8Array[]
  /** How the code under test ended the stream. */
  readonly ended: 'closed' | 'aborted' | undefined
  /** The other side says something. */
  receive(frame: Uint8Array): void
  /** The other side ends the stream. */
  end(reason?: 'ended' | 'violation'): void
}

export function createFakeStream(onSent: (frame: Uint8Array) => void = () => {}): FakeStream {
  const sent: Uint8Array[] = []
  let options: FrameStreamOptions | undefined
  let ended: FakeStream['ended']
  let over = false
  const end = (reason: 'ended' | 'violation'): void => {
    if (over) return
    over = true
    options?.onClosed(reason)
  }
  return {
    open(next) {
      options = next
      return {
        send(frame) {
          if (over) return Promise.reject(new TransportError('peer-closed'))
          sent.push(frame.slice())
          onSent(frame)
          return Promise.resolve()
        },
        close() {
          ended ??= 'closed'
          end('ended')
          return Promise.resolve()
        },
        abort() {
          ended ??= 'aborted'
          end('ended')
        },
      }
    },
    sent,
    get ended() {
      return ended
    },
    receive: (frame) => options?.onFrame(frame),
    end: (reason = 'ended') => end(reason),
  }
}
