// Starts the page: shows the frame at once, opens the messenger behind it, and picks what the person sees.

import { render } from 'preact'
import { signal } from '@preact/signals'
import type { Messenger } from '../messenger/api.ts'
import { AppError, toAppError } from './state/app-error.ts'
import { createTabClient } from './state/client.ts'
import type { TabChannel } from './state/client.ts'
import { AppContext } from './state/context.ts'
import type { App } from './state/context.ts'
import { leaderCalls } from './state/leader.ts'
import { createMediaReader, serveMedia } from './state/media.ts'
import { createModel } from './state/model.ts'
import { startRouter } from './state/route.ts'
import { startTheme } from './state/theme.ts'
import { loadLater } from './ui/later.tsx'
import { Root } from './features/root.tsx'

/** A tab that is awake answers at once. */
const answerTimeoutMs = 5000

export interface AppEnvironment {
  readonly element: Element
  readonly channel: TabChannel
  /** Resolves when this tab owns the profile; until then another tab does. */
  readonly openMessenger: () => Promise<Messenger>
  /** Whether that is what this tab waits for: another tab owns the profile. */
  readonly isOwnedElsewhere?: () => Promise<boolean>
  /** Absent: media is read whole. */
  readonly serviceWorker?: ServiceWorkerContainer
}

export function startApp({ element, channel, openMessenger, isOwnedElsewhere, serviceWorker }: AppEnvironment): void {
  startTheme()
  const router = startRouter(window)
  const client = createTabClient(channel, newId)
  const model = createModel(client, newId, Date.now)
  const failure = signal<AppError>()
  const media = createMediaReader(client.calls, newId)
  const app: App = { model, router, failure, media, newId }

  render(
    <AppContext.Provider value={app}>
      <Root />
    </AppContext.Provider>,
    element,
  )
  if (serviceWorker !== undefined) serveMedia(media, serviceWorker)
  // Without https there is neither encryption nor storage to open.
  const opened = isSecureContext ? openMessenger() : Promise.reject(new AppError({ key: 'app/insecure' }))
  void opened.then(
    (messenger) => client.lead((emit) => leaderCalls(messenger, emit)),
    (error: unknown) => (failure.value = toAppError(error)),
  )
  // Browsers put tabs to sleep that nobody looks at; those hold the profile and answer nothing.
  const timer = setTimeout(async () => {
    const isAsleep = await isOwnedElsewhere?.().catch(() => false)
    if (isAsleep === true) failure.value ??= new AppError({ key: 'app/asleep' })
  }, answerTimeoutMs)
  client.listen(({ kind }) => {
    if (kind === 'leader') clearTimeout(timer)
  })
  // After the messenger, which is what the person waits for.
  model.profile.subscribe((profile) => {
    if (profile !== undefined) loadLater()
  })
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
