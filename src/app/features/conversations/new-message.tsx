// Whom to write to: one contact, several who become a group, or somebody whose invite link was copied.

import { useState } from 'preact/hooks'
import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useTask } from '../../ui/use-task.ts'
import { ChoosePeople } from '../group/choose-people.tsx'
import { groupNameLength, groupPeople } from '../group/limits.ts'

export function NewMessage({ onClose }: { readonly onClose: () => void }) {
  const app = useApp()
  const { model, router } = app
  const [chosen, setChosen] = useState<readonly ContactView[]>([])
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const task = useTask()
  const contacts = (model.contacts.value ?? []).filter(({ state }) => state !== 'blocked')
  const [first, ...more] = chosen
  const isGroup = more.length > 0
  const show = (id: string) => {
    onClose()
    router.go({ page: 'conversation', id })
  }
  const begin = (event: Event) => {
    event.preventDefault()
    if (first === undefined) return
    if (!isGroup) show(first.conversationId)
    else
      task.run(async () => {
        const group = await model.calls.createGroup(app.newId() + app.newId(), {
          contactIds: chosen.map(({ id }) => id),
          ...(name.trim() === '' ? {} : { name: name.trim() }),
          ...(text.trim() === '' ? {} : { text: text.trim() }),
        })
        await model.refresh('conversations')
        show(group.conversationId)
      })
  }
  // Who has not answered yet can be written to, and be in no group.
  const canAdd = (contact: ContactView) =>
    first === undefined ||
    (first.state === 'accepted' && contact.state === 'accepted' && chosen.length < groupPeople - 1)
  return (
    <Dialog label="New message" onClose={onClose}>
      {contacts.length === 0 ? (
        <p class="hint">You have no contacts yet.</p>
      ) : (
        <form class="stack" onSubmit={begin}>
          <ChoosePeople contacts={contacts} chosen={chosen} canAdd={canAdd} onChange={setChosen} />
          {isGroup && (
            <>
              <label htmlFor="group-name">Name of the group, if you like</label>
              <input
                id="group-name"
                class="field"
                dir="auto"
                autocomplete="off"
                maxLength={groupNameLength}
                value={name}
                onInput={(event) => setName(event.currentTarget.value)}
              />
              <label htmlFor="group-text">What they are asked with, if you like</label>
              <textarea
                id="group-text"
                autocomplete="off"
                class="field"
                dir="auto"
                rows={2}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
              />
              <p class="hint">
                Everybody sees who is in it. Who follows you joins at once; others are asked. {chosen.length} of{' '}
                {groupPeople - 1} people chosen.
              </p>
            </>
          )}
          {task.error !== undefined && <Alert>{task.error}</Alert>}
          <button type="submit" class="button button-primary" disabled={first === undefined || task.busy}>
            {isGroup ? 'Make group' : 'Open conversation'}
          </button>
        </form>
      )}
      <PasteInvite onClose={onClose} />
      <button
        type="button"
        class="row-button"
        onClick={() => {
          onClose()
          router.go({ page: 'profile' })
        }}
      >
        <span class="row-icon">
          <Icon name="link" size={20} />
        </span>
        Invite somebody new
      </button>
    </Dialog>
  )
}

function PasteInvite({ onClose }: { readonly onClose: () => void }) {
  const { router } = useApp()
  const [link, setLink] = useState('')
  const open = (event: Event) => {
    event.preventDefault()
    if (link.trim() === '') return
    onClose()
    router.openInvite(link.trim())
  }
  return (
    <form class="stack divided" onSubmit={open}>
      <label htmlFor="paste-invite">Somebody’s invite link</label>
      <div class="field-row">
        <input
          id="paste-invite"
          class="field"
          value={link}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setLink(event.currentTarget.value)}
        />
        <button type="submit" class="button" disabled={link.trim() === ''}>
          Open
        </button>
      </div>
    </form>
  )
}
