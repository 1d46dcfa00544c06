// The transport of a browser tab.

import type { Transport } from '../messenger/ports.ts'
import { createTransport, type TransportOptions } from './create-transport.ts'

export function browserTransport(options: TransportOptions): Transport {
  return createTransport({
    ...options,
    network: {
      fetch: (input, init) => fetch(input, init),
      onWake(listener) {
        const onVisible = (): void => {
          if (document.visibilityState === 'visible') listener()
        }
        addEventListener('online', listener)
        addEventListener('pageshow', listener)
        document.addEventListener('visibilitychange', onVisible)
        return () => {
          removeEventListener('online', listener)
          removeEventListener('pageshow', listener)
          document.removeEventListener('visibilitychange', onVisible)
        }
      },
      onLeave(listener) {
        addEventListener('pagehide', listener)
        return () => removeEventListener('pagehide', listener)
      },
    },
  })
}
