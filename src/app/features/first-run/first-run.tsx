// A new profile: a name is all that is asked.

import { useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Mark } from '../../ui/icon.tsx'
import { useTask } from '../../ui/use-task.ts'

export function FirstRun() {
  const { model, router } = useApp()
  const [name, setName] = useState('')
  const task = useTask()
  const start = (event: Event) => {
    event.preventDefault()
    task.run(async () => {
      await model.calls.setName(name.trim())
      await model.refresh('profile')
    })
  }
  return (
    <main class="centre">
      <form class="first-run" onSubmit={start}>
        <Mark size={72} />
        <h1>Safelight</h1>
        <p class="lead">
          {router.invite.value === undefined
            ? 'Photos and videos that only you and the other person can see.'
            : 'Somebody wants to share photos and videos with you. What should they call you?'}
        </p>
        <label htmlFor="first-run-name">Your name</label>
        <input
          id="first-run-name"
          class="field field-large"
          value={name}
          maxLength={64}
          autocomplete="off"
          // The one thing to do here.
          autofocus
          onInput={(event) => setName(event.currentTarget.value)}
        />
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        <button type="submit" class="button button-primary" disabled={name.trim() === '' || task.busy}>
          Start
        </button>
        <p class="hint">No account, no phone number. Your keys are made here and stay in this browser.</p>
      </form>
    </main>
  )
}
