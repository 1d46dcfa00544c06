// Starts the page: shows the frame at once, opens the messenger behind it, and picks what the person sees.

import { signal } from '@preact/signals'
import { render } from 'preact'
import type { Messenger } from '../messenger/api.ts'
import type { Unlock } from '../messenger/ports/vault.ts'
import { AppError } from './state/app-error.ts'
import { createTabClient } from './state/client.ts'
import type { TabChannel } from './state/client.ts'
import { AppContext } from './state/context.ts'
import type { App, Passkeys } from './state/context.ts'
import { createGate } from './state/gate.ts'
import { keptIn } from './state/kept.ts'
import { createMediaReader, serveMedia } from './state/media.ts'
import type { MediaReader } from './state/media.ts'
import type { MediaTools } from './state/media-tools.ts'
import { createModel } from './state/model.ts'
import { startRouter } from './state/route.ts'
import type { IdleLock } from './state/idle-lock.ts'
import type { PushAccess } from './state/push-access.ts'
import { startTheme } from './state/theme.ts'
import { createUnsent } from './state/unsent.ts'
import { loadLater } from './ui/later.tsx'
import { Root } from './features/root.tsx'

/** A tab that is awake answers at once. */
const answerTimeoutMs = 5000

export interface AppEnvironment {
  readonly element: Element
  readonly channel: TabChannel
  /** Resolves when this tab owns the profile; until then another tab does. */
  readonly openMessenger: (unlock: Unlock) => Promise<Messenger>
  readonly passkeys?: Passkeys
  /** Absent: there are no notifications. */
  readonly push?: () => Promise<PushAccess | undefined>
  readonly tools?: Partial<MediaTools>
  /** Loads the page anew, after it was locked. Absent: what a browser does. */
  readonly reload?: () => void
  /** Whether that is what this tab waits for: another tab owns the profile. */
  readonly isOwnedElsewhere?: () => Promise<boolean>
  /** Absent: media is read whole. */
  readonly serviceWorker?: ServiceWorkerContainer
}

export function startApp(environment: AppEnvironment): void {
  const { element, channel, openMessenger, passkeys, push, tools = {}, isOwnedElsewhere, serviceWorker } = environment
  startTheme()
  const router = startRouter(window)
  const client = createTabClient(channel, newId)
  const model = createModel(client, newId, Date.now)
  const gate = createGate({
    client,
    // Without https there is neither encryption nor storage to open.
    openMessenger: (unlock) =>
      isSecureContext ? openMessenger(unlock) : Promise.reject(new AppError({ key: 'app/insecure' })),
    hasShown: () => model.profile.peek() !== undefined,
    reload: environment.reload ?? (() => location.reload()),
  })
  const media = createMediaReader(client.calls, newId)
  // A locked tab has nothing to answer with, and nobody to ask.
  const answerWhileOpen: MediaReader['answer'] = async (question, signal) => {
    const { kind } = gate.state.peek()
    return kind === 'locked' || kind === 'locking' ? { kind: 'missing' } : media.answer(question, signal)
  }
  const unsent = createUnsent()
  const lockAt = signal<number>()
  let idleLock: IdleLock | undefined
  const cover = { lockAt, lift: () => idleLock?.use() }
  const app: App = { model, router, gate, unsent, cover, passkeys, push, media, tools, newId }

  render(
    <AppContext.Provider value={app}>
      <Root />
    </AppContext.Provider>,
    element,
  )
  if (serviceWorker !== undefined) serveMedia({ ...media, answer: answerWhileOpen }, serviceWorker)
  // Browsers put tabs to sleep that nobody looks at; those hold the profile and answer nothing.
  const timer = setTimeout(async () => {
    const isAsleep = await isOwnedElsewhere?.().catch(() => false)
    if (isAsleep === true && gate.state.peek().kind !== 'locked') gate.fail(new AppError({ key: 'app/asleep' }))
  }, answerTimeoutMs)
  client.listen(({ kind }) => {
    if (kind === 'leader') clearTimeout(timer)
  })
  let isWatched = false
  const hasPassphrase = () => model.vault.peek()?.some(({ kind }) => kind === 'passphrase') === true
  model.vault.subscribe(() => {
    if (isWatched || !hasPassphrase()) return
    isWatched = true
    void import('./state/idle-lock.ts').then(
      ({ startIdleLock, thisTab }) => {
        idleLock = startIdleLock({
          tab: thisTab,
          document,
          kept: keptIn(() => localStorage),
          now: Date.now,
          // What is still being prepared is only in some tab: it is stored first.
          canLock: () => hasPassphrase() && !model.busy.peek(),
          hasUnsent: () => unsent.isHeld() || model.hasFailed(),
          isRecording: () => unsent.isRecording(),
          cover: (at) => (lockAt.value = at),
          lock: () => gate.lock(),
        })
      },
      () => (isWatched = false),
    )
  })
  model.push.subscribe((view) => {
    if (view !== undefined && view.state !== 'off')
      void import('./state/notifications.ts').then(
        (it) => it.keepNotified(app, client),
        () => undefined,
      )
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
