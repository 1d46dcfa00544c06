// What the service worker does on a push: one sentence, and nothing with what came.

import { describe, expect, it } from 'vitest'
import type { NotificationScope } from '../../../src/app/sw/notification.ts'
import { openApp, showArrival, showNew } from '../../../src/app/sw/notification.ts'

/** A worker that can do nothing else: whatever else was touched would throw. */
function worker(...visibilities: readonly DocumentVisibilityState[]) {
  const did: string[] = []
  const scope: NotificationScope = {
    registration: {
      async showNotification(title, { body, tag, renotify }) {
        did.push(`${title} | ${body} | ${tag} | ${renotify}`)
      },
    },
    clients: {
      matchAll: async () =>
        visibilities.map((visibilityState, index) => ({
          url: '/',
          visibilityState,
          focus: async () => void did.push(`focus ${index}`),
        })),
      openWindow: async (url) => void did.push(`open ${url}`),
    },
  }
  return { scope, did }
}

const shown = 'New message | Or word of one that you sent. Open Safelight to see it. | safelight-new | true'

describe('a push', () => {
  it('always shows the same, whoever looks', async () => {
    for (const visibilities of [[], ['hidden'], ['visible', 'hidden']] as const) {
      const { scope, did } = worker(...visibilities)
      await showNew(scope)
      expect(did).toEqual([shown])
    }
  })
})

describe('word of a tab that something arrived', () => {
  it('is shown while nobody looks at any', async () => {
    const { scope, did } = worker('hidden', 'hidden')
    await showArrival(scope)
    expect(did).toEqual([shown])
  })

  it('is not shown to who looks at another tab of it', async () => {
    const { scope, did } = worker('hidden', 'visible')
    await showArrival(scope)
    expect(did).toEqual([])
  })
})

describe('a click', () => {
  it('leads to the tab that is open, or opens one', async () => {
    const open = worker('hidden', 'hidden')
    await openApp(open.scope)
    expect(open.did).toEqual(['focus 0'])
    const closed = worker()
    await openApp(closed.scope)
    expect(closed.did).toEqual(['open /'])
  })
})
