// One message: photos first, then its words, then what became of it.

import type { ComponentChildren } from 'preact'
import type { ReadonlySignal } from '@preact/signals'
import type { MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatDay, formatTime } from '../../state/format.ts'
import { errorText } from '../../error-text.ts'
import { later } from '../../ui/later.tsx'
import { Attachments } from './attachments.tsx'
import { DeliveryStates } from './delivery-states.tsx'
import { lineText, unsentText } from './line-text.ts'
import { kindOf } from './message-kind.ts'
import { moveInFeed } from './move-in-feed.ts'

const parts = () => import('../thread/thread-parts.ts')
const EarlierTexts = later(async () => (await parts()).EarlierTexts)
const Life = later(async () => (await parts()).Life)
const MessageMenu = later(async () => (await parts()).MessageMenu)
const Quote = later(async () => (await parts()).Quote)
const Reactions = later(async () => (await parts()).Reactions)

const NamedText = later(async () => (await import('../mention/mention-parts.ts')).NamedText)

const heart = '❤️'
/** Of what is in a message, where pressing twice means something else. */
const notLiked = 'button:not(.tile-open), a, summary, input, dialog, .menu'

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
  const { text, mentions, line, unsentAt, replyTo, earlierTexts, expiresAt } = view
  const remove = () => void model.calls.deleteMessage(view.id, view.conversationId).catch(() => undefined)
  const like = (event: MouseEvent) => {
    const isOther = event.target instanceof Element && event.target.closest(notLiked) !== null
    const isLiked = view.reactions.some(({ contactId, emoji }) => contactId === undefined && emoji === heart)
    if (isOther || isLiked || unsentAt !== undefined) return
    void model.calls.react(view.id, heart).catch((error: unknown) => model.notify(errorText(error)))
  }
  const kind = unsentAt === undefined ? kindOf(view) : 'unsent message'
  const menu = <MessageMenu message={view} onDelete={remove} />
  const classes = ['message', mine ? 'mine' : 'theirs', follows && !newDay ? 'follows' : 'starts']
  return (
    <article
      class={classes.join(' ')}
      aria-label={line === undefined ? `${mine ? 'You' : view.senderName}, ${kind}` : lineText(line)}
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
      {line !== undefined ? (
        <div class="line-note">
          <p dir="auto">{lineText(line)}</p>
          {menu}
        </div>
      ) : (
        <div class="message-body" onDblClick={like}>
          {sender}
          {replyTo !== undefined && unsentAt === undefined && (
            <div class="quote-place">
              <Quote quoted={replyTo} conversationId={view.conversationId} />
            </div>
          )}
          {unsentAt === undefined ? (
            <Attachments message={view} />
          ) : (
            <p class="bubble bubble-unsent" dir="auto">
              {unsentText(view)}
            </p>
          )}
          {text !== undefined && (
            <p class="bubble" dir="auto">
              {mentions === undefined ? text : <NamedText text={text} mentions={mentions} />}
            </p>
          )}
          {view.reactions.length > 0 && <Reactions message={view} />}
          <div class="message-foot">
            <time dateTime={new Date(view.sentAt).toISOString()}>{formatTime(view.sentAt)}</time>
            {earlierTexts !== undefined && <EarlierTexts texts={earlierTexts} />}
            {expiresAt !== undefined && <Life expiresAt={expiresAt} />}
            {mine && unsentAt === undefined && <DeliveryStates message={view} onDelete={remove} />}
          </div>
          {menu}
        </div>
      )}
    </article>
  )
}
