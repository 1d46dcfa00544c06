// Whom to write to: one contact, several who become a group or are written to one by one, or somebody whose invite link was copied.

import { useState } from 'preact/hooks'
import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { fromHere } from '../../state/from-here.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { Segments } from '../../ui/segments.tsx'
import { useTask } from '../../ui/use-task.ts'
import { ChoosePeople } from '../group/choose-people.tsx'
import { GroupNameField } from '../group/group-name-field.tsx'
import { groupPeople } from '../group/limits.ts'

const SendSeparately = later(async () => (await import('../broadcast/send-separately.tsx')).SendSeparately)

/** `broadcastRecipients` of the messenger's limits. */
const broadcastPeople = 256

/** How something goes to several people. */
type Way = 'group' | 'separately'

export function NewMessage({ onClose }: { readonly onClose: () => void }) {
  const app = useApp()
  const { model, router } = app
  const [chosen, setChosen] = useState<readonly ContactView[]>([])
  const [way, setWay] = useState<Way>('group')
  const [writing, setWriting] = useState(false)
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const task = useTask()
  const contacts = (model.contacts.value ?? []).filter(({ state }) => state !== 'blocked')
  const [first, ...more] = chosen
  const isSeveral = more.length > 0
  const isGroup = isSeveral && way === 'group'
  const show = (id: string, goOn = fromHere(router)) => {
    onClose()
    goOn({ page: 'conversation', id })
  }
  const begin = (event: Event) => {
    event.preventDefault()
    if (first === undefined) return
    if (!isSeveral) show(first.conversationId)
    else if (!isGroup) setWriting(true)
    else
      task.run(async () => {
        const goOn = fromHere(router)
        const group = await model.calls.createGroup(app.newId() + app.newId(), {
          contactIds: chosen.map(({ id }) => id),
          ...(name.trim() === '' ? {} : { name: name.trim() }),
          ...(text.trim() === '' ? {} : { text: text.trim() }),
        })
        await model.refresh('conversations')
        show(group.conversationId, goOn)
      })
  }
  const canAdd = (contact: ContactView) => {
    if (first === undefined) return true
    if (isSeveral && !isGroup) return chosen.length < broadcastPeople
    // Who has not answered yet can be written to, and be in no group.
    return first.state === 'accepted' && contact.state === 'accepted' && chosen.length < groupPeople - 1
  }
  const choose = (people: readonly ContactView[]) => {
    setChosen(people)
    if (people.length < 2) setWay('group')
  }
  if (writing) return <SendSeparately people={chosen} onClose={onClose} />
  return (
    <Dialog label="New message" onClose={onClose}>
      {contacts.length === 0 ? (
        <p class="hint">You have no contacts yet.</p>
      ) : (
        <form class="stack" onSubmit={begin}>
          <ChoosePeople contacts={contacts} chosen={chosen} canAdd={canAdd} onChange={choose} />
          {isSeveral && (
            <fieldset>
              <legend class="visually-hidden">How it goes to them</legend>
              <Segments
                name="way"
                choices={[
                  { value: 'group', name: 'One group' },
                  { value: 'separately', name: 'Separately' },
                ]}
                value={way}
                onChange={(next: Way) => {
                  setWay(next)
                  if (next === 'group')
                    setChosen(chosen.filter(({ state }) => state === 'accepted').slice(0, groupPeople - 1))
                }}
              />
            </fieldset>
          )}
          {isSeveral && !isGroup && (
            <p class="hint">
              Each gets a message of their own, and answers you alone. {chosen.length} of {broadcastPeople} people
              chosen.
            </p>
          )}
          {isGroup && (
            <>
              <GroupNameField label="Name of the group, if you like" name={name} onName={setName} />
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
            {isGroup ? 'Make group' : isSeveral ? 'Write to each' : 'Open conversation'}
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
