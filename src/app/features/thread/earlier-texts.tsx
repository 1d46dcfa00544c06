// That a message was changed, and what it said before.

import type { MessageView } from '../../../messenger/api.ts'
import { formatMoment } from '../../state/format.ts'

export function EarlierTexts({ texts }: { readonly texts: NonNullable<MessageView['earlierTexts']> }) {
  return (
    <details class="earlier">
      <summary>Edited</summary>
      <ol aria-label="Earlier texts">
        {texts.map(({ text, at }) => (
          <li key={at}>
            <time dateTime={new Date(at).toISOString()}>{formatMoment(at)}</time>
            <p dir="auto">{text}</p>
          </li>
        ))}
      </ol>
    </details>
  )
}
