// Begins anew with somebody who is a contact already, by a new invite of theirs: pasted here, or opened before.

import { useState } from 'preact/hooks'
import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { fromHere } from '../../state/from-here.ts'
import { Alert } from '../../ui/alert.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTask } from '../../ui/use-task.ts'

export function BeginAnew({
  contact,
  link: opened,
  onClose,
}: {
  readonly contact: ContactView
  /** An invite of this contact's. */
  readonly link?: string
  readonly onClose: () => void
}) {
  const { model, router } = useApp()
  const [link, setLink] = useState(opened)
  const { name } = contact
  if (link === undefined) return <PasteInvite contact={contact} onLink={setLink} onClose={onClose} />
  return (
    <ConfirmDialog
      label={`Begin anew with ${name}`}
      action="Begin anew"
      onConfirm={async () => {
        const goOn = fromHere(router)
        const { conversationId } = await model.calls.connect(link, true)
        await Promise.all([model.refresh('contacts'), model.refresh('conversations')])
        goOn({ page: 'conversation', id: conversationId }, { replace: true })
        // Another one may have been opened meanwhile.
        if (router.invite.peek() === link) router.forgetInvite()
      }}
      onClose={onClose}
    >
      <p>
        {name} is asked as if you were new. {name} sees that your keys changed, and has to say that they are yours
        before you hear each other again.
      </p>
      <p class="hint">
        Everything in this conversation stays. What you have written and they have not got is sent when they answer. The
        invite is used up.
      </p>
    </ConfirmDialog>
  )
}

function PasteInvite({
  contact: { name, fingerprint },
  onLink,
  onClose,
}: {
  readonly contact: ContactView
  readonly onLink: (link: string) => void
  readonly onClose: () => void
}) {
  const { model } = useApp()
  const [text, setText] = useState('')
  const [other, setOther] = useState<string>()
  const task = useTask()
  const read = (event: Event) => {
    event.preventDefault()
    setOther(undefined)
    task.run(async () => {
      const link = text.trim()
      const preview = await model.calls.inspectInvite(link)
      if (preview.fingerprint === fingerprint) onLink(link)
      else setOther(preview.name)
    })
  }
  return (
    <Dialog label="Begin anew" onClose={onClose}>
      <form class="stack" onSubmit={read}>
        <p class="hint">
          Ask {name} to make a new invite under Profile and to send you the link, over another way than this
          conversation.
        </p>
        <label htmlFor="anew-link">{name}’s new invite</label>
        <input
          id="anew-link"
          class="field"
          value={text}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        {other !== undefined && (
          <Alert>
            This invite is of another account, which calls itself {other}, and not of the {name} of this conversation.
            Make sure that {name} sent it. If they have a new profile now, open the link by itself: they become a new
            contact.
          </Alert>
        )}
        <button type="submit" class="button button-primary" disabled={text.trim() === '' || task.busy}>
          Go on
        </button>
      </form>
    </Dialog>
  )
}
