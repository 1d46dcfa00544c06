// Which of those who answered an open call it is, and what they and the others are told. All are told at once.

import { useId, useState } from 'preact/hooks'
import type { CallView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTask } from '../../ui/use-task.ts'
import { Words } from './words.tsx'
import '../../styles/group.css'
import '../../styles/tick.css'

export function PickWinner({
  call,
  refresh,
  onClose,
}: {
  readonly call: CallView
  readonly refresh: () => Promise<void>
  readonly onClose: () => void
}) {
  const { model } = useApp()
  const [winner, setWinner] = useState<string>()
  const [text, setText] = useState('You were picked. I write to you here.')
  const [othersText, setOthersText] = useState('Somebody else was picked this time. Thank you for answering.')
  const name = useId()
  const task = useTask()
  const { respondents } = call
  const announce = (event: Event) => {
    event.preventDefault()
    if (winner === undefined) return
    task.run(async () => {
      await model.calls.pickFromCall(call.id, winner, { text, othersText })
      await refresh()
      onClose()
    })
  }
  return (
    <Dialog label="Pick a winner" stays={task.busy} onClose={onClose}>
      <form class="stack" onSubmit={announce}>
        <fieldset class="call-choice">
          <legend>Who it is</legend>
          {respondents.map((respondent) => (
            <label class="row-button" key={respondent.contactId}>
              <input
                type="radio"
                class="tick"
                name={name}
                checked={respondent.contactId === winner}
                onChange={() => setWinner(respondent.contactId)}
              />
              <bdi class="line">{respondent.name}</bdi>
            </label>
          ))}
        </fieldset>
        {respondents.length > 1 && (
          <button
            type="button"
            class="button button-small"
            onClick={() => setWinner(respondents[randomBelow(respondents.length)]?.contactId)}
          >
            Draw lots
          </button>
        )}
        <Words label="What the winner is told" text={text} onText={setText} />
        {respondents.length > 1 && <Words label="What the others are told" text={othersText} onText={setOthersText} />}
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        <button
          type="submit"
          class="button button-primary"
          disabled={winner === undefined || text.trim() === '' || othersText.trim() === '' || task.busy}
        >
          Announce
        </button>
      </form>
    </Dialog>
  )
}

/** Each as likely as another. `count`: at most 256, as many as an open call has. */
function randomBelow(count: number): number {
  const fair = 256 - (256 % count)
  for (;;) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1))
    if (byte < fair) return byte % count
  }
}
