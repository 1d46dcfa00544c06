// Large buffers that nobody needs any more, given back to the system at once. Until the garbage collector comes, each new
// buffer is fresh memory, which the system has to find and clear: in Chromium that takes longer than encrypting into it.
// A buffer handed to a port whose other side is closed is gone as soon as it was posted; `ArrayBuffer.transfer(0)` keeps
// its memory (docs/decisions/0005-transfer-speed.md).

import type { Bytes } from '../bytes.ts'

interface Port {
  postMessage(message: undefined, transfer: readonly ArrayBufferLike[]): void
  close(): void
}

declare const MessageChannel: { new (): { readonly port1: Port; readonly port2: Port } } | undefined

let drain: Port | undefined

/** The bytes are detached where the platform can, and must not be used afterwards. A part of a larger buffer is left alone. */
export function giveBack(bytes: Bytes): void {
  if (typeof MessageChannel === 'undefined' || bytes.length !== bytes.buffer.byteLength) return
  drain ??= openDrain(new MessageChannel())
  try {
    drain.postMessage(undefined, [bytes.buffer])
  } catch {
    // Detached before, or memory that cannot be handed over: the garbage collector's.
  }
}

function openDrain({ port1, port2 }: { readonly port1: Port; readonly port2: Port }): Port {
  port2.close()
  return port1
}
