// Where the app is put together: the page, the other tabs, the messenger on this browser's platform, the service worker.
// The messenger loads after the first paint.

import type { BrowserMedia } from '../browser.ts'
import { startApp } from './app.tsx'

/** The name of the profile: of its storage, its lock and the channel between its tabs. */
const profile = 'main'

const element = document.querySelector('#app')
if (element === null) throw new Error('the page has no place for the app')

const serviceWorker = import.meta.env.PROD && 'serviceWorker' in navigator ? navigator.serviceWorker : undefined

/** Of this tab, for what is made or looked into before it is sent: it has a worker of its own. */
let media: BrowserMedia | undefined
async function ownMedia(): Promise<BrowserMedia> {
  const { browserMediaPreparer } = await import('../browser.ts')
  media ??= browserMediaPreparer()
  return media
}

startApp({
  element,
  channel: new BroadcastChannel(`safelight/${profile}`),
  async openMessenger(unlock) {
    const [{ createMessenger }, { browserPlatform }] = await Promise.all([
      import('../messenger/create-messenger.ts'),
      import('../browser.ts'),
    ])
    return createMessenger({
      platform: browserPlatform({ name: profile, wait: true, unlock }),
      // The relay that serves this page.
      relays: [location.origin],
    })
  },
  passkeys: {
    areOffered: async () => (await import('../browser.ts')).arePasskeysOffered(),
    create: async () => (await import('../browser.ts')).createPasskey(),
    use: async (ways) => (await import('../browser.ts')).usePasskey(ways),
  },
  tools: {
    joinClips: async (clips, options) => (await ownMedia()).joinClips(clips, options),
    look: async (file, options) => (await ownMedia()).look(file, options),
    describe: async (file) => (await import('../browser.ts')).describeMetadata(file),
    async estimate(file, quality, { video, signal }) {
      const photo = await (await import('../browser.ts')).estimate(file, quality)
      return photo ?? (await (await ownMedia()).inspectVideo(file, { video, signal })).at[quality]
    },
  },
  push: async () => (await import('./state/push-access.ts')).pushAccess(serviceWorker),
  async isOwnedElsewhere() {
    const { pending } = await navigator.locks.query()
    return pending?.some(({ name }) => name === `safelight/${profile}`) === true
  },
  ...(serviceWorker === undefined ? {} : { serviceWorker }),
})

// Without it, media is read whole and the page needs the network to open; nothing else is lost.
void serviceWorker?.register('/sw.js').catch(() => undefined)
