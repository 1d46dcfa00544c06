// What became of a message of mine. The words are a contract.

import type { MessageView, RecipientView } from '../../../messenger/api.ts'
import { failureText, stateText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { formatShortDate, formatTime } from '../../state/format.ts'
import { later } from '../../ui/later.tsx'

const GroupStates = later(async () => (await import('../group/group-parts.ts')).GroupStates)

export function DeliveryStates({
  message,
  onDelete,
}: {
  readonly message: MessageView
  readonly onDelete: () => void
}) {
  const [recipient, ...more] = message.recipients
  if (recipient === undefined || more.length > 0) return <GroupStates message={message} onDelete={onDelete} />
  return (
    <div class="states" role="status">
      <State recipient={recipient} message={message} onDelete={onDelete} />
    </div>
  )
}

function State({
  recipient,
  message,
  onDelete,
}: {
  readonly recipient: RecipientView
  readonly message: MessageView
  readonly onDelete: () => void
}) {
  const { model } = useApp()
  const { state } = recipient
  return (
    <div class={`state state-${state.kind}`}>
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
