// What the person sees: the frame while the profile opens, the lock, the first run, or the app.

import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { errorText } from '../error-text.ts'
import { useApp } from '../state/context.ts'
import { Alert } from '../ui/alert.tsx'
import { Mark } from '../ui/icon.tsx'
import { later } from '../ui/later.tsx'
import { FirstRun } from './first-run/first-run.tsx'
import { Frame } from './frame/frame.tsx'

const Cover = later(async () => (await import('./lock/cover.tsx')).Cover)
const LockScreen = later(async () => (await import('./lock/lock-screen.tsx')).LockScreen)

export function Root() {
  const { model, gate, cover, unsent } = useApp()
  const profile = model.profile.value
  const { unread, preparing } = model
  const isLocking = () => gate.state.value.kind === 'locking'
  useSignalEffect(() => {
    const count = isLocking() ? 0 : unread.value
    document.title = count > 0 ? `(${count}) Safelight` : 'Safelight'
  })
  useEffect(() => {
    // A page that locks goes: nobody can keep it, and what it was preparing is lost with the messenger.
    const ask = (event: Event) => {
      const isNeeded = preparing.peek() > 0 || unsent.isHeld() || model.hasFailed()
      if (isNeeded && !isLocking()) event.preventDefault()
    }
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [])

  const state = gate.state.value
  if (state.kind === 'locked') return <LockScreen ways={state.ways} />
  if (state.kind === 'locking') return <Opening />
  if (profile === undefined) {
    return gate.failure.value === undefined ? <Opening /> : <Unopened text={errorText(gate.failure.value)} />
  }
  if (profile.name === '') return <FirstRun />
  return (
    <>
      <Frame />
      {cover.lockAt.value !== undefined && <Cover lockAt={cover.lockAt.value} />}
    </>
  )
}

function Opening() {
  return (
    <main class="centre" aria-busy="true">
      <div class="opening">
        <Mark size={56} />
        <p class="visually-hidden" role="status">
          Opening your messages
        </p>
      </div>
    </main>
  )
}

function Unopened({ text }: { readonly text: string }) {
  return (
    <main class="centre">
      <div class="card stack">
        <h1>Safelight cannot open</h1>
        <Alert>{text}</Alert>
        <button type="button" class="button" onClick={() => location.reload()}>
          Reload
        </button>
      </div>
    </main>
  )
}
