// What became of a message of mine, for each person it went to. The words are a contract.

import type { MessageView, RecipientView } from '../../../messenger/api.ts'
import { failureText, stateText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { formatShortDate, formatTime } from '../../state/format.ts'
import { later } from '../../ui/later.tsx'

const parts = () => import('../thread/thread-parts.ts')
const RecipientList = later(async () => (await parts()).RecipientList)
const StateSince = later(async () => (await parts()).StateSince)

export function DeliveryStates({
  message,
  onDelete,
}: {
  readonly message: MessageView
  /** Undefined: it is deleted elsewhere, with a question, and here is no button for it. */
  readonly onDelete?: () => void
}) {
  const { recipients } = message
  // Of several people those are shown at once about whom something is to be done.
  const shown = recipients.length === 1 ? recipients : recipients.filter(({ state }) => state.kind === 'failed')
  const isOne = recipients.length === 1
  const isThere = recipients.some(({ state }) => state.kind === 'delivered' || state.kind === 'seen')
  return (
    <>
      {/* What is told anew as time goes by is not to be said aloud each time. */}
      {!isOne && <RecipientList message={message} />}
      <div class="states" role="status">
        {shown.map((recipient) => (
          <State key={recipient.contactId} {...{ recipient, message, onDelete }} named={!isOne} />
        ))}
      </div>
      {isOne && isThere && <StateSince message={message} />}
    </>
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
  readonly onDelete: (() => void) | undefined
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
            {onDelete && (
              <button type="button" class="button button-small button-danger" onClick={onDelete}>
                Delete
              </button>
            )}
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
