// Since when a message of mine is where it is, and who likes it; for several people, person by person.

import type { MessageView, RecipientView } from '../../../messenger/api.ts'
import { stateText } from '../../error-text.ts'
import { statesText } from '../group/states-text.ts'
import { elapsedText, useNow } from '../tiles/elapsed.ts'

const heart = '❤️'

/** Of a message to one person: what is behind its state. */
export function StateSince({ message }: { readonly message: MessageView }) {
  const now = useNow()
  const [recipient] = message.recipients
  if (recipient === undefined) return null
  return (
    <span class="state-since" dir="auto">
      {[since(recipient, now), liked(message, recipient, now)].filter(Boolean).join(' · ')}
    </span>
  )
}

export function RecipientList({ message }: { readonly message: MessageView }) {
  const now = useNow()
  const { recipients } = message
  if (recipients.length === 0) return <div class="state">{statesText(message)}</div>
  return (
    <details class="recipients">
      <summary>{statesText(message)}</summary>
      <ul aria-label="Delivery">
        {recipients.map((recipient) => (
          <li key={recipient.contactId}>
            <bdi>{recipient.name}</bdi>
            <span>
              {[stateText(recipient.state), since(recipient, now), liked(message, recipient, now)]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}

function since({ state }: RecipientView, now: number): string {
  return state.kind === 'delivered' || state.kind === 'seen' ? elapsedText(state.at, now) : ''
}

function liked({ reactions }: MessageView, { contactId }: RecipientView, now: number): string {
  const like = reactions.find((reaction) => reaction.contactId === contactId && reaction.emoji === heart)
  return like === undefined ? '' : `Liked ${elapsedText(like.at, now)}`
}
