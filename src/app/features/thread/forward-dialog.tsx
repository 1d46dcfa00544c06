// Chooses whom a message is passed on to. One who does not get it keeps it from nobody else.

import { useState } from 'preact/hooks'
import type { ConversationView, MessageView } from '../../../messenger/api.ts'
import { errorText, isCancelled } from '../../error-text.ts'
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
  const [sent, setSent] = useState<ReadonlySet<string>>(new Set())
  /** Sentences, by conversation. */
  const [failures, setFailures] = useState<ReadonlyMap<string, string>>(new Map())
  const task = useTask()
  const contacts = new Map(model.contacts.value?.map((contact) => [contact.id, contact]))
  // Of a group it has to be read first whether one is still in it.
  const takesMessages = ({ contactId, groupId }: ConversationView) =>
    groupId === undefined
      ? contacts.get(contactId ?? '')?.state !== 'blocked'
      : model.group(groupId).value?.isMember === true
  const offered = (model.conversations.value ?? []).filter(takesMessages)
  const toggle = (conversationId: string) => {
    const next = new Map(chosen)
    // The id of the new message, so that a second attempt sends none twice.
    if (!next.delete(conversationId)) next.set(conversationId, app.newId())
    setChosen(next)
  }
  const forward = () =>
    task.run(async () => {
      const failed = new Map<string, string>()
      const done = new Set(sent)
      for (const [conversationId, id] of chosen) {
        try {
          await model.calls.forward(id, conversationId, message.id)
          done.add(conversationId)
        } catch (error) {
          failed.set(conversationId, isCancelled(error) ? 'Cancelled.' : errorText(error))
        }
      }
      setSent(done)
      setFailures(failed)
      setChosen(new Map([...chosen].filter(([conversationId]) => failed.has(conversationId))))
      await model.refresh('conversations')
      if (failed.size === 0) onClose()
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
              {sent.has(id) && (
                <span class="fine" id={`forwarded-${id}`}>
                  Forwarded
                </span>
              )}
              <input
                type="checkbox"
                class="tick"
                aria-label={name}
                aria-describedby={sent.has(id) ? `forwarded-${id}` : undefined}
                checked={chosen.has(id) || sent.has(id)}
                disabled={task.busy || sent.has(id)}
                onChange={() => toggle(id)}
              />
            </label>
          </li>
        ))}
      </ul>
      {offered.map(({ id, name }) => failures.has(id) && <Alert key={id}>{`${name}: ${failures.get(id)}`}</Alert>)}
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <div class="button-row">
        <button type="button" class="button button-primary" disabled={chosen.size === 0 || task.busy} onClick={forward}>
          {task.busy ? 'Forwarding' : 'Forward'}
        </button>
      </div>
    </Dialog>
  )
}
