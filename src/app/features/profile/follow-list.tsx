// The list of whom I follow as a whole: its last change, to be taken back, and the list as a file.

import { useEffect, useState } from 'preact/hooks'
import type { FollowChange } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatMoment } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { useTask } from '../../ui/use-task.ts'

export function FollowList() {
  const { model } = useApp()
  const { calls } = model
  const task = useTask()
  const [last, setLast] = useState<FollowChange>()
  const [result, setResult] = useState('')
  const contacts = model.contacts.value
  useEffect(() => {
    let isOver = false
    calls.lastFollow().then(
      (change) => {
        if (!isOver) setLast(change)
      },
      () => undefined,
    )
    return () => void (isOver = true)
  }, [contacts])

  const act = (action: () => Promise<string>) => {
    setResult('')
    task.run(async () => {
      const words = await action()
      await model.refresh('contacts')
      setResult(words)
    })
  }
  const undo = ({ at }: FollowChange) =>
    act(async () => {
      const undone = await calls.undoFollow(at)
      return undone === undefined ? 'Something newer came in between. Nothing was changed.' : changeWords(undone)
    })
  const exportList = () =>
    act(async () => {
      const file = await calls.exportFollows()
      const day = new Date().toISOString().slice(0, 10)
      saveFile(new Blob([new Uint8Array(file)], { type: 'application/json' }), `Safelight follows ${day}.json`)
      return 'The list was given to your browser to save. It names accounts by their keys, and nobody by a name.'
    })
  const importList = (file: File | undefined) => {
    if (file === undefined) return
    act(async () => {
      const changed = await calls.importFollows(new Uint8Array(await file.arrayBuffer()))
      if (changed === 0) return 'Nothing in it is newer than what is here: nothing was changed.'
      const people = changed === 1 ? 'One entry is' : `${changed} entries are`
      return `The lists were merged: ${people} different now. Who is no contact of yours yet counts from when they are.`
    })
  }

  return (
    <div class="follow-list">
      {last !== undefined && (
        <p class="row">
          <span>
            {changeWords(last)} <span class="fine">{formatMoment(last.at)}</span>
          </span>
          <button type="button" class="button button-small" disabled={task.busy} onClick={() => undo(last)}>
            Undo
          </button>
        </p>
      )}
      <div class="button-row">
        <button type="button" class="button button-small" disabled={task.busy} onClick={exportList}>
          Export list
        </button>
        <label class="button button-small file-button">
          Import list
          <input
            type="file"
            accept="application/json,.json"
            disabled={task.busy}
            onChange={(event) => {
              importList(event.currentTarget.files?.[0])
              event.currentTarget.value = ''
            }}
          />
        </label>
      </div>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <p class="fine" role="status">
        {result}
      </p>
    </div>
  )
}

function changeWords({ name, following }: FollowChange): string {
  const who = name === '' ? 'somebody who is no contact' : name
  return following ? `You follow ${who}.` : `You do not follow ${who} any more.`
}
