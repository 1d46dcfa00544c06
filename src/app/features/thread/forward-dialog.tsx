// Chooses whom a message is passed on to.

import { useState } from 'preact/hooks'
import type { MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTask } from '../../ui/use-task.ts'
import '../../styles/tick.css'

export function ForwardDialog({ message, onClose }: { readonly message: MessageView; readonly onClose: () => void }) {
  const app = useApp()
  const { model } = app
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map())
  const task = useTask()
  const contacts = new Map(model.contacts.value?.map((contact) => [contact.id, contact]))
  const offered = (model.conversations.value ?? []).filter(
    ({ contactId }) => contacts.get(contactId ?? '')?.state !== 'blocked',
  )
  const toggle = (conversationId: string) => {
    const next = new Map(chosen)
    // The id of the new message, so that a second attempt sends none twice.
    if (!next.delete(conversationId)) next.set(conversationId, app.newId())
    setChosen(next)
  }
  const forward = () =>
    task.run(async () => {
      for (const [conversationId, id] of chosen) await model.calls.forward(id, conversationId, message.id)
      await model.refresh('conversations')
      onClose()
    })
  return (
    <Dialog label="Forward to" onClose={onClose}>
      <p class="hint">It goes out as a new message of yours. Nothing says whom you have it from.</p>
      <ul class="forward-list" aria-label="Forward to">
        {offered.map(({ id, name, contactId = id }) => (
          <li key={id}>
            <label class="forward-item">
              <Avatar name={name} id={contacts.get(contactId)?.fingerprint ?? id} size="small" />
              <span class="line">
                <bdi>{name}</bdi>
              </span>
              <input
                type="checkbox"
                class="tick"
                checked={chosen.has(id)}
                disabled={task.busy}
                onChange={() => toggle(id)}
              />
            </label>
          </li>
        ))}
      </ul>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <div class="button-row">
        <button type="button" class="button button-primary" disabled={chosen.size === 0 || task.busy} onClick={forward}>
          {task.busy ? 'Forwarding' : 'Forward'}
        </button>
      </div>
    </Dialog>
  )
}
