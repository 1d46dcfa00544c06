// libp2p's WebSocket transport, for relays alone. Its own filter knows no addresses with a path, though it can dial them.

import { serviceCapabilities, type Transport, transportSymbol } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { hasPath } from './address.ts'

type Components = Parameters<ReturnType<typeof webSockets>>[0]

export function relayWebSockets(): (components: Components) => Transport {
  return (components) => {
    const inner = webSockets()(components)
    return {
      [transportSymbol]: true,
      [Symbol.toStringTag]: 'relay-web-sockets',
      [serviceCapabilities]: ['@libp2p/transport'],
      dial: (address, options) => inner.dial(address, options),
      createListener: (options) => inner.createListener(options),
      listenFilter: () => [],
      dialFilter: (addresses) => addresses.filter(hasPath),
    }
  }
}
