// How people liked a message: one sign each, the same ones together. A press on one makes it mine, or takes mine back.

import type { MessageView, Reaction } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { errorText } from '../../error-text.ts'

export function Reactions({ message }: { readonly message: MessageView }) {
  const { model } = useApp()
  return (
    <ul class="reactions" aria-label="Reactions">
      {[...Map.groupBy(message.reactions, ({ emoji }) => emoji)].map(([emoji, all]) => {
        const isMine = all.some(({ contactId }) => contactId === undefined)
        const names = all.map(nameOf).join(', ')
        return (
          <li key={emoji}>
            <button
              type="button"
              class={isMine ? 'reaction own' : 'reaction'}
              aria-label={`${emoji} ${names}`}
              aria-pressed={isMine}
              title={names}
              data-count={all.length > 1 ? all.length : undefined}
              onClick={() =>
                void model.calls
                  .react(message.id, isMine ? undefined : emoji)
                  .catch((error: unknown) => model.notify(errorText(error)))
              }
            >
              {emoji}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function nameOf({ contactId, name }: Reaction): string {
  return contactId === undefined ? 'You' : name
}
