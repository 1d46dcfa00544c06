// Asks more contacts to join a group.

import { useState } from 'preact/hooks'
import type { ContactView, GroupView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTask } from '../../ui/use-task.ts'
import { ChoosePeople } from './choose-people.tsx'
import { groupPeople } from './limits.ts'

export function AddPeople({ group, onClose }: { readonly group: GroupView; readonly onClose: () => void }) {
  const { model } = useApp()
  const [chosen, setChosen] = useState<readonly ContactView[]>([])
  const task = useTask()
  const there = new Set([...group.members, ...group.asked].map(({ fingerprint }) => fingerprint))
  const contacts = (model.contacts.value ?? []).filter(
    ({ state, fingerprint }) => state === 'accepted' && !there.has(fingerprint),
  )
  const left = groupPeople - there.size
  const add = (event: Event) => {
    event.preventDefault()
    task.run(async () => {
      await model.calls.inviteToGroup(
        group.id,
        chosen.map(({ id }) => id),
      )
      onClose()
    })
  }
  return (
    <Dialog label="Add people" onClose={onClose}>
      {contacts.length === 0 ? (
        <p class="hint">All of your contacts are here, or were asked.</p>
      ) : (
        <form class="stack" onSubmit={add}>
          <ChoosePeople contacts={contacts} chosen={chosen} canAdd={() => chosen.length < left} onChange={setChosen} />
          <p class="hint">
            They see who is in it, and what is written from now on. Who follows you joins at once; others are asked.
          </p>
          {task.error !== undefined && <Alert>{task.error}</Alert>}
          <button type="submit" class="button button-primary" disabled={chosen.length === 0 || task.busy}>
            Add
          </button>
        </form>
      )}
    </Dialog>
  )
}
