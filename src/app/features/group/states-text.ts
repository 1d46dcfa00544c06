// How far a message got with several people, in one line, for the list of conversations and for the message itself:
// `Delivered to 3, seen by 2`. Nobody is left out of it, least of all who did not get it; where there is nobody, it says so.

import type { DeliveryState, MessageView, RecipientView } from '../../../messenger/api.ts'
import { stateText } from '../../error-text.ts'

type Sent = Pick<MessageView, 'awaited'> & { readonly recipients: readonly Pick<RecipientView, 'state'>[] }

export function StatesText({ message }: { readonly message: Sent }): string {
  return statesText(message)
}

export function statesText({ recipients, awaited = 0 }: Sent): string {
  if (recipients.length === 0) return awaited > 0 ? 'Waiting for people to join' : 'Nobody is there to get it'
  const words = new Set(recipients.map(({ state }) => stateText(state)))
  const [same] = words
  if (same !== undefined && words.size === 1) return same
  const count = (...kinds: readonly DeliveryState['kind'][]) =>
    recipients.filter(({ state }) => kinds.includes(state.kind)).length
  const parts = [
    // Who has seen it has got it.
    ['delivered to', count('delivered', 'seen')],
    ['seen by', count('seen')],
    ['kept for', count('kept')],
    ['sending to', count('sending')],
    ['failed for', count('failed')],
  ] as const
  const text = parts
    .filter(([, people]) => people > 0)
    .map(([what, people]) => `${what} ${people}`)
    .join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
