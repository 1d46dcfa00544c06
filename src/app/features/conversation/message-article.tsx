// One message: photos first, then its words, then what became of it.

import type { ComponentChildren } from 'preact'
import type { ReadonlySignal } from '@preact/signals'
import type { MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatDay, formatTime } from '../../state/format.ts'
import { Menu } from '../../ui/menu.tsx'
import type { MenuAction } from '../../ui/menu.tsx'
import { Attachments } from './attachments.tsx'
import { DeliveryStates } from './delivery-states.tsx'
import { kindOf } from './message-kind.ts'
import { moveInFeed } from './move-in-feed.ts'

export function MessageArticle({
  message,
  position,
  total,
  newDay,
  follows,
  sender,
}: {
  readonly message: ReadonlySignal<MessageView>
  readonly position: number
  readonly total: number
  readonly newDay: boolean
  /** The message before it is of the same sender. */
  readonly follows: boolean
  /** Who wrote it, where that may be several people. */
  readonly sender?: ComponentChildren
}) {
  const { model } = useApp()
  const view = message.value
  const mine = view.senderId === undefined
  const remove = () => void model.calls.deleteMessage(view.id, view.conversationId).catch(() => undefined)
  const { text } = view
  const copy: MenuAction[] =
    text === undefined ? [] : [{ name: 'Copy text', icon: 'copy', run: () => void navigator.clipboard.writeText(text) }]
  const classes = ['message', mine ? 'mine' : 'theirs', follows && !newDay ? 'follows' : 'starts']
  return (
    <article
      class={classes.join(' ')}
      aria-label={`${mine ? 'You' : view.senderName}, ${kindOf(view)}`}
      aria-posinset={position}
      aria-setsize={total}
      tabIndex={0}
      data-order={view.order}
      onKeyDown={moveInFeed}
    >
      {newDay && (
        <p class="day">
          <span>{formatDay(view.sentAt, Date.now())}</span>
        </p>
      )}
      <div class="message-body">
        {sender}
        <Attachments message={view} />
        {text !== undefined && (
          <p class="bubble" dir="auto">
            {text}
          </p>
        )}
        <div class="message-foot">
          <time dateTime={new Date(view.sentAt).toISOString()}>{formatTime(view.sentAt)}</time>
          {mine && <DeliveryStates message={view} onDelete={remove} />}
        </div>
        <Menu
          label="Message options"
          actions={[...copy, { name: 'Delete here', icon: 'trash', danger: true, run: remove }]}
        />
      </div>
    </article>
  )
}
