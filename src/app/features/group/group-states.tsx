// What became of a message of mine in a group: one line, and behind it each person with the time.

import { useState } from 'preact/hooks'
import type { MessageView, RecipientView } from '../../../messenger/api.ts'
import { failureText, stateText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { formatMoment } from '../../state/format.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { statesText } from './states-text.ts'
import '../../styles/group.css'

export function GroupStates({ message, onDelete }: { readonly message: MessageView; readonly onDelete: () => void }) {
  const { model } = useApp()
  const [open, setOpen] = useState(false)
  const { recipients } = message
  if (recipients.length === 0) return <Nobody conversationId={message.conversationId} />
  const failures = recipients.flatMap(({ state }) => (state.kind === 'failed' ? state.reason : []))
  // Who is no member any more gets it no more.
  const canRetry = failures.some((reason) => reason !== 'removed')
  const close = () => setOpen(false)
  return (
    <>
      <div class="states" role="status">
        <button
          type="button"
          class={canRetry ? 'states-button state-failed' : 'states-button'}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        >
          <span class="state-words">{statesText(recipients)}</span>
        </button>
      </div>
      {open && (
        <Dialog label="Who has it" onClose={close}>
          <ul class="rows" aria-label="Recipients">
            {recipients.map((recipient) => (
              <Recipient key={recipient.contactId} recipient={recipient} />
            ))}
          </ul>
          {canRetry && (
            <div class="button-row">
              <button
                type="button"
                class="button button-primary"
                onClick={() => {
                  close()
                  void model.calls.retryMessage(message.id).catch(() => undefined)
                }}
              >
                Retry
              </button>
              <button
                type="button"
                class="button button-danger"
                onClick={() => {
                  close()
                  onDelete()
                }}
              >
                Delete
              </button>
            </div>
          )}
        </Dialog>
      )}
    </>
  )
}

/** What is written before somebody joins goes to them when they do. */
function Nobody({ conversationId }: { readonly conversationId: string }) {
  const { model } = useApp()
  const groupId = model.conversations.value?.find(({ id }) => id === conversationId)?.groupId
  const group = groupId === undefined ? undefined : model.group(groupId).value
  if (group === undefined) return null
  const isAwaited = group.asked.length > 0 || group.members.length > 1
  return <span class="state-words">{isAwaited ? 'Waits for people to join' : 'Nobody else is here'}</span>
}

function Recipient({ recipient: { name, state } }: { readonly recipient: RecipientView }) {
  const at = state.kind === 'delivered' || state.kind === 'seen' ? state.at : undefined
  return (
    <li class="row" aria-label={name}>
      <bdi class="member-name">{name}</bdi>
      <span class="recipient-state">
        {stateText(state)}
        {at !== undefined && (
          <time class="fine" dateTime={new Date(at).toISOString()}>
            {formatMoment(at)}
          </time>
        )}
        {state.kind === 'failed' && <span class="fine">{failureText(state.reason)}</span>}
      </span>
    </li>
  )
}
