// Sets or changes the passphrase, typed twice: nobody can reset it.

import { useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTask } from '../../ui/use-task.ts'
import type { Strength } from './passphrase-strength.ts'
import { passphraseStrength } from './passphrase-strength.ts'

const words: Readonly<Record<Strength, string>> = {
  short: 'Too short: it needs 8 characters or more.',
  weak: 'Weak: somebody with a copy of this device’s files could find it.',
  fair: 'Fair. Another random word would make it strong.',
  strong: 'Strong.',
}

export function PassphraseDialog({ isNew, onClose }: { readonly isNew: boolean; readonly onClose: () => void }) {
  const { model } = useApp()
  const [text, setText] = useState('')
  const [again, setAgain] = useState('')
  const task = useTask()
  const strength = passphraseStrength(text)
  const differs = again !== '' && again !== text
  const save = (event: Event) => {
    event.preventDefault()
    task.run(async () => {
      await model.calls.setPassphrase(text)
      await model.refresh('vault')
      onClose()
    })
  }
  return (
    <Dialog label={isNew ? 'Set passphrase' : 'Change passphrase'} stays onClose={onClose}>
      <form class="stack" onSubmit={save} aria-busy={task.busy}>
        <p class="hint">
          Four or five random words are easy to remember and hard to guess. Nobody can reset it: if you forget it and
          have no recovery words, what is stored here is lost.
        </p>
        <label htmlFor="new-passphrase">New passphrase</label>
        <input
          id="new-passphrase"
          class="field"
          type="password"
          autocomplete="new-password"
          aria-describedby="passphrase-strength"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <p id="passphrase-strength" class={`hint strength strength-${text === '' ? 'none' : strength}`} role="status">
          {text === '' ? 'At least 8 characters.' : words[strength]}
        </p>
        <label htmlFor="repeat-passphrase">Repeat passphrase</label>
        <input
          id="repeat-passphrase"
          class="field"
          type="password"
          autocomplete="new-password"
          aria-describedby="passphrase-differs"
          value={again}
          onInput={(event) => setAgain(event.currentTarget.value)}
        />
        <p id="passphrase-differs" class="hint" role="status">
          {differs ? 'The two are not the same yet.' : ''}
        </p>
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        <button
          type="submit"
          class="button button-primary"
          disabled={strength === 'short' || text !== again || task.busy}
        >
          {task.busy ? 'Saving' : 'Save passphrase'}
        </button>
      </form>
    </Dialog>
  )
}
