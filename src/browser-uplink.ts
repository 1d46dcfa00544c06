// By what this browser is connected. Only some tell (Chromium on phones and on ChromeOS does).

import type { Uplink } from './messenger/ports/platform.ts'

const kinds = new Map<unknown, 'wifi' | 'mobile'>([
  ['wifi', 'wifi'],
  ['ethernet', 'wifi'],
  ['cellular', 'mobile'],
  // Through a phone.
  ['bluetooth', 'mobile'],
  ['wimax', 'mobile'],
])

export function browserUplink(): Uplink {
  const connection: unknown = Reflect.get(navigator, 'connection')
  return {
    kind: () => (connection instanceof EventTarget ? kinds.get(Reflect.get(connection, 'type')) : undefined),
    onChange(listener, { signal }) {
      if (connection instanceof EventTarget) connection.addEventListener('change', listener, { signal })
    },
  }
}
