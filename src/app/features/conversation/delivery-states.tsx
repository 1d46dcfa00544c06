// What became of a message of mine, for each person it went to. The words are a contract.

import type { MessageView, RecipientView } from '../../../messenger/api.ts'
import { failureText, stateText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { formatShortDate, formatTime } from '../../state/format.ts'

export function DeliveryStates({
  message,
  onDelete,
}: {
  readonly message: MessageView
  readonly onDelete: () => void
}) {
  const { recipients } = message
  return (
    <div class="states" role="status">
      {recipients.map((recipient) => (
        <State
          key={recipient.contactId}
          recipient={recipient}
          message={message}
          named={recipients.length > 1}
          onDelete={onDelete}
        />
      ))}
    </div>
  )
}

function State({
  recipient,
  message,
  named,
  onDelete,
}: {
  readonly recipient: RecipientView
  readonly message: MessageView
  readonly named: boolean
  readonly onDelete: () => void
}) {
  const { model } = useApp()
  const { state, name } = recipient
  return (
    <div class={`state state-${state.kind}`}>
      {named && <span class="state-name">{name}</span>}
      <span class="state-words" title={elapsed(recipient)}>
        {stateText(state)}
      </span>
      {state.kind === 'failed' && (
        <div class="failure">
          <p role="alert">{failureText(state.reason)}</p>
          <div class="failure-actions">
            <button
              type="button"
              class="button button-small"
              onClick={() => void model.calls.retryMessage(message.id).catch(() => undefined)}
            >
              Retry
            </button>
            <button type="button" class="button button-small button-danger" onClick={onDelete}>
              Delete
            </button>
          </div>
        </div>
      )}
    </div>
  )
}

function elapsed({ state }: RecipientView): string | undefined {
  if (state.kind !== 'delivered' && state.kind !== 'seen') return undefined
  return `${formatShortDate(state.at)}, ${formatTime(state.at)}`
}
