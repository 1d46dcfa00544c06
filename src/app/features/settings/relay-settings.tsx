// The relays that keep messages while this person is away.

import { useState } from 'preact/hooks'
import type { RelayView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { useTask } from '../../ui/use-task.ts'
import { relayProblemText } from './relay-problem-text.ts'

const stateWords: Readonly<Record<RelayView['state'], string>> = {
  live: 'Connected',
  connecting: 'Connecting',
  offline: 'Not connected',
}

export function RelaySettings({ relays }: { readonly relays: readonly RelayView[] | undefined }) {
  const { model, router } = useApp()
  const [url, setUrl] = useState('')
  const task = useTask()
  const add = (event: Event) => {
    event.preventDefault()
    if (url.includes('#join/')) return router.openJoin(url.trim())
    task.run(async () => {
      await model.calls.addRelay(url.trim())
      setUrl('')
      await model.refresh('relays')
    })
  }
  return (
    <>
      <p class="hint">A relay keeps sealed messages until you fetch them. The first one is in your invites.</p>
      <ul class="rows" aria-label="Relays">
        {(relays ?? []).map((relay) => (
          <li key={relay.url} class="row relay">
            <span class={`dot dot-${relay.state}`} aria-hidden="true" />
            <span class="relay-words">
              <span>{relay.name}</span>
              <span class="fine">
                {stateWords[relay.state]}
                {relay.membership === 'member' && '. You are a member'}
                {relay.problem !== undefined && `. ${relayProblemText(relay.problem)}`}
              </span>
            </span>
            <button
              type="button"
              class="button button-small"
              aria-label={`Remove ${relay.name}`}
              disabled={task.busy}
              onClick={() =>
                task.run(async () => {
                  await model.calls.removeRelay(relay.url)
                  await model.refresh('relays')
                })
              }
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={add}>
        <label htmlFor="relay-url">Address of a relay, or a link to join one</label>
        <div class="field-row">
          <input
            id="relay-url"
            class="field"
            inputmode="url"
            placeholder="https://relay.example"
            autocomplete="off"
            spellcheck={false}
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={url.trim() === '' || task.busy}>
            Add relay
          </button>
        </div>
      </form>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
    </>
  )
}
