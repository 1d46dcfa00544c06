// Channels of tabs of one browser; messages are copied, and arrive a turn later, as between real tabs.

import type { TabChannel } from '../../../src/app/state/client.ts'

export function tabChannels(): () => TabChannel {
  const tabs = new Map<TabChannel, (event: MessageEvent<unknown>) => void>()
  return () => {
    const channel: TabChannel = {
      postMessage(message) {
        const copy: unknown = structuredClone(message)
        for (const [other, listener] of tabs) {
          if (other !== channel) queueMicrotask(() => listener(new MessageEvent('message', { data: copy })))
        }
      },
      addEventListener: (_type, listener) => tabs.set(channel, listener),
      close: () => tabs.delete(channel),
    }
    return channel
  }
}
