// How far a message got with several people, in one line, for the list of conversations and for the message itself:
// `Delivered to 3, seen by 2`. Nobody is left out of it, least of all who did not get it.

import type { DeliveryState, RecipientView } from '../../../messenger/api.ts'
import { stateText } from '../../error-text.ts'

export function StatesText({ recipients }: { readonly recipients: readonly RecipientView[] }): string {
  return statesText(recipients)
}

export function statesText(recipients: readonly Pick<RecipientView, 'state'>[]): string {
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
