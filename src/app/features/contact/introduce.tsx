// Makes two contacts known to each other. Both are asked, one after the other, and each decides for themselves.

import { useId, useState } from 'preact/hooks'
import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTask } from '../../ui/use-task.ts'
import { ChoosePeople } from '../group/choose-people.tsx'

/** Code points of a word with an introduction: `captionLength` of the messenger's limits. */
const wordLength = 1000

export function Introduce({
  contact,
  onDone,
  onClose,
}: {
  readonly contact: ContactView
  readonly onDone: (other: ContactView) => void
  readonly onClose: () => void
}) {
  const { model } = useApp()
  const [chosen, setChosen] = useState<readonly ContactView[]>([])
  const [text, setText] = useState('')
  const textId = useId()
  const task = useTask()
  const { name } = contact
  const others = (model.contacts.value ?? []).filter(({ id, state }) => id !== contact.id && state === 'accepted')
  const [other] = chosen
  const introduce = (event: Event) => {
    event.preventDefault()
    if (other === undefined) return
    task.run(async () => {
      await model.calls.introduce(contact.id, other.id, text.trim())
      onDone(other)
    })
  }
  return (
    <Dialog label={`Introduce ${name}`} onClose={onClose}>
      {others.length === 0 ? (
        <p class="hint">
          To introduce <bdi>{name}</bdi> you need another contact who has answered you.
        </p>
      ) : (
        <form class="stack" onSubmit={introduce}>
          <p class="hint">
            <bdi>{name}</bdi> is asked first, and then the other one: both see that it is you who introduces them, and
            by which name you know them. Nobody is told when one of them does not want it.
          </p>
          <ChoosePeople contacts={others} chosen={chosen} isOne onChange={setChosen} />
          <label htmlFor={textId}>A word to both, if you like</label>
          <textarea
            id={textId}
            autocomplete="off"
            class="field"
            dir="auto"
            rows={2}
            maxLength={wordLength}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {task.error !== undefined && <Alert>{task.error}</Alert>}
          <button type="submit" class="button button-primary" disabled={other === undefined || task.busy}>
            Introduce
          </button>
        </form>
      )}
    </Dialog>
  )
}
