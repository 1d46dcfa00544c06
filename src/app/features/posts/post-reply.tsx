// An answer to a post: a message in the conversation of the two, which shows the post it is about.

import { useEffect, useState } from 'preact/hooks'
import type { PostView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useTask } from '../../ui/use-task.ts'

export function PostReply({
  post,
  onBusy,
}: {
  readonly post: PostView
  /** The person writes: the post stays. */
  readonly onBusy: (isBusy: boolean) => void
}) {
  const app = useApp()
  const { model, router } = app
  const contact = model.contacts.value?.find(({ id }) => id === post.senderId)
  const [text, setText] = useState('')
  const [id, setId] = useState(() => app.newId())
  const [isSent, setSent] = useState(false)
  const task = useTask()
  useEffect(() => () => onBusy(false), [])
  if (contact?.state !== 'accepted') return null
  const { conversationId, name } = contact
  const send = () =>
    task.run(async () => {
      // The same id when it is tried again: it goes out once.
      await model.calls.send(id, conversationId, { text: text.trim(), media: [], replyTo: post.id })
      setId(app.newId())
      setText('')
      setSent(true)
    })
  return (
    <form
      class="post-reply"
      onFocusIn={() => onBusy(true)}
      onFocusOut={() => onBusy(text.trim() !== '')}
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '') send()
      }}
    >
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <div class="field-row">
        <input
          class="field"
          aria-label={`Reply to ${name}`}
          placeholder={`Reply to ${name}`}
          dir="auto"
          autocomplete="off"
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value)
            setSent(false)
          }}
        />
        <button type="submit" class="send-button" aria-label="Send reply" disabled={text.trim() === '' || task.busy}>
          <Icon name="send" />
        </button>
      </div>
      <p class="fine" role="status">
        {isSent && 'Sent, in your conversation. '}
      </p>
      {isSent && (
        <button
          type="button"
          class="button button-small"
          onClick={() => router.go({ page: 'conversation', id: conversationId })}
        >
          Open conversation
        </button>
      )}
    </form>
  )
}
