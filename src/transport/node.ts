// The transport of a Node process.

import type { Transport } from '../messenger/ports.ts'
import { createTransport, type TransportOptions } from './create-transport.ts'

export function nodeTransport(options: TransportOptions): Transport {
  return createTransport({
    ...options,
    network: {
      fetch: (input, init) => fetch(input, init),
      // Node says nothing of networks that come and go: the heartbeat finds out.
      onWake: () => () => {},
      // The system closes the sockets of a process that ends.
      onLeave: () => () => {},
    },
  })
}
