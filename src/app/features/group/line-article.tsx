// Something that happened, between the messages.

import type { ReadonlySignal } from '@preact/signals'
import type { MessageView } from '../../../messenger/api.ts'
import { formatDay, formatTime } from '../../state/format.ts'
import { moveInFeed } from '../conversation/move-in-feed.ts'
import { LineText, lineText } from './line-text.tsx'
import '../../styles/group.css'

export function LineArticle({
  message,
  position,
  total,
  newDay,
}: {
  readonly message: ReadonlySignal<MessageView>
  readonly position: number
  readonly total: number
  readonly newDay: boolean
}) {
  const { line, sentAt, order } = message.value
  if (line === undefined) return null
  return (
    <article
      class="message happened"
      aria-label={lineText(line)}
      aria-posinset={position}
      aria-setsize={total}
      tabIndex={0}
      data-order={order}
      onKeyDown={moveInFeed}
    >
      {newDay && (
        <p class="day">
          <span>{formatDay(sentAt, Date.now())}</span>
        </p>
      )}
      <p class="happened-words">
        <LineText line={line} /> <time dateTime={new Date(sentAt).toISOString()}>{formatTime(sentAt)}</time>
      </p>
    </article>
  )
}
