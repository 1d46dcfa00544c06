// A new name for a group.

import { useState } from 'preact/hooks'
import type { GroupView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTask } from '../../ui/use-task.ts'
import { GroupNameField } from './group-name-field.tsx'

export function RenameGroup({ group, onClose }: { readonly group: GroupView; readonly onClose: () => void }) {
  const { model } = useApp()
  const [name, setName] = useState(group.name)
  const task = useTask()
  const rename = (event: Event) => {
    event.preventDefault()
    task.run(async () => {
      if (name.trim() !== group.name) await model.calls.renameGroup(group.id, name.trim())
      onClose()
    })
  }
  return (
    <Dialog label="Rename" onClose={onClose}>
      <form class="stack" onSubmit={rename}>
        <GroupNameField label="Name of the group" name={name} onName={setName} />
        <p class="hint">Everybody in it sees the new name, and who gave it.</p>
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        <button type="submit" class="button button-primary" disabled={name.trim() === '' || task.busy}>
          Save
        </button>
      </form>
    </Dialog>
  )
}
