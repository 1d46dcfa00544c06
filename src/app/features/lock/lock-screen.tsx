// The page while the profile is locked. Nothing of the profile is in this tab then: no messenger, no keys, no names.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { VaultWay } from '../../../messenger/ports/vault.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Mark } from '../../ui/icon.tsx'
import { useTask } from '../../ui/use-task.ts'
import '../../styles/lock.css'

type Typed = 'passphrase' | 'words'

interface FormProps {
  readonly ways: readonly VaultWay[]
  readonly typed: Typed
  readonly onChange: (typed: Typed) => void
}

export function LockScreen({ ways }: { readonly ways: readonly VaultWay[] }) {
  const [typed, setTyped] = useState<Typed>(has(ways, 'passphrase') ? 'passphrase' : 'words')
  return (
    <main class="centre">
      <UnlockForm key={typed} ways={ways} typed={typed} onChange={setTyped} />
    </main>
  )
}

function UnlockForm({ ways, typed, onChange }: FormProps) {
  const { gate, passkeys } = useApp()
  const [text, setText] = useState('')
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  const task = useTask()
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [task.error])

  const unlock = (event: Event) => {
    event.preventDefault()
    task.run(() =>
      gate.unlock(typed === 'passphrase' ? { kind: 'passphrase', passphrase: text } : { kind: 'words', words: text }),
    )
  }
  return (
    <form class="first-run" onSubmit={unlock} aria-busy={task.busy}>
      <Mark size={72} />
      <h1 class="lock-title">Safelight is locked</h1>
      <p class="lead">What is stored here is sealed. New messages wait at your relay.</p>
      <label htmlFor="lock-secret">{typed === 'passphrase' ? 'Passphrase' : 'Recovery words'}</label>
      {typed === 'passphrase' ? (
        <input
          ref={field}
          id="lock-secret"
          class="field field-large"
          type="password"
          autocomplete="current-password"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      ) : (
        <textarea
          ref={field}
          id="lock-secret"
          class="field"
          rows={4}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      )}
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <button type="submit" class="button button-primary" disabled={text === '' || task.busy}>
        {task.busy ? 'Unlocking' : 'Unlock'}
      </button>
      {typed === 'passphrase' && has(ways, 'words') && (
        <button type="button" class="button button-quiet" disabled={task.busy} onClick={() => onChange('words')}>
          Use recovery words
        </button>
      )}
      {typed === 'words' && has(ways, 'passphrase') && (
        <button type="button" class="button button-quiet" disabled={task.busy} onClick={() => onChange('passphrase')}>
          Use passphrase
        </button>
      )}
      {has(ways, 'passkey') && passkeys !== undefined && (
        <button
          type="button"
          class="button button-quiet"
          disabled={task.busy}
          onClick={() => task.run(async () => gate.unlock(await passkeys.use(ways)))}
        >
          Use passkey
        </button>
      )}
      <p class="hint">
        {has(ways, 'words')
          ? 'Nobody can reset the passphrase. Your recovery words open Safelight in this browser too.'
          : 'Nobody can reset the passphrase. Without it, what is stored here stays sealed for good.'}
      </p>
    </form>
  )
}

function has(ways: readonly VaultWay[], kind: VaultWay['kind']): boolean {
  return ways.some((way) => way.kind === kind)
}
