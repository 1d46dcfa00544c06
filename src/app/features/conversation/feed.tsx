// The messages, newest at the bottom. Opens at the newest; after a reload, where the person was. Older pages are loaded
// before the top is reached, and what is looked at stays where it is.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useSignalEffect } from '@preact/signals'
import type { TransferView } from '../../../messenger/api.ts'
import type { AppDraft } from '../../state/calls.ts'
import { useApp } from '../../state/context.ts'
import { sameDay } from '../../state/format.ts'
import type { Thread } from '../../state/thread.ts'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { MessageArticle } from './message-article.tsx'
import { placeOf, savedPlace, savePlace, showFound, showPlace } from './scroll-place.ts'

const groupParts = () => import('../group/group-parts.ts')
const Sender = later(async () => (await groupParts()).Sender)
const PendingArticle = later(async () => (await import('./pending-article.tsx')).PendingArticle)

/** Closer to the end than this is at the end: new messages keep it there. */
const endSlackPx = 64
/** An older page is asked for this long before its place comes into view. */
const olderAheadPx = 1200

export function Feed({
  thread,
  groupId,
  readers,
  onEdit,
}: {
  readonly thread: Thread
  readonly groupId: string | undefined
  /** Who can read what is here, as part of a sentence. */
  readonly readers: string
  readonly onEdit: (draft: AppDraft) => void
}) {
  const { model } = useApp()
  const scroller = useRef<HTMLDivElement>(null)
  const feed = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const lastTop = useRef(0)
  const [away, setAway] = useState(false)
  const loaded = thread.loaded.value
  const messages = thread.messages.value
  const pending = thread.pending.value
  const total = thread.complete.value ? messages.length + pending.length : -1

  const markSeen = useMarkSeen(thread, atEnd)

  const toEnd = () => {
    const element = scroller.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }
  const loadOlder = async () => {
    const element = scroller.current
    if (element === null || thread.complete.peek() || thread.loadingOlder.peek()) return
    // Browsers hold what is in view in place, except at the very top.
    if (element.scrollTop === 0) element.scrollTop = 1
    const place = placeOf(element)
    await thread.loadOlder().catch(() => undefined)
    if (place !== undefined && !CSS.supports('overflow-anchor', 'auto')) showPlace(element, place)
  }
  const onScroll = () => {
    const element = scroller.current
    if (element === null || !thread.loaded.peek()) return
    const fromEnd = element.scrollHeight - element.clientHeight - element.scrollTop
    const movedUp = element.scrollTop < lastTop.current
    lastTop.current = element.scrollTop
    // Only who scrolls up leaves the end: what comes in meanwhile moves the end away by itself.
    if (fromEnd < endSlackPx) atEnd.current = true
    else if (movedUp) atEnd.current = false
    setAway(fromEnd > element.clientHeight)
    savePlace(thread.id, atEnd.current ? undefined : placeOf(element))
    markSeen()
    if (element.scrollTop < olderAheadPx) void loadOlder()
  }

  useLayoutEffect(() => {
    const element = scroller.current
    if (!loaded || element === null) return undefined
    const place = savedPlace(thread.id)
    toEnd()
    if (place !== undefined) {
      atEnd.current = false
      void thread.loadBackTo(place.order).then(() => showPlace(element, place))
    }
    // What is in view changes its size when pictures come, and when the place to write grows.
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd()
    })
    observer.observe(element)
    if (feed.current !== null) observer.observe(feed.current)
    return () => {
      observer.disconnect()
      savePlace(thread.id, undefined)
    }
  }, [loaded, thread])
  const seek = model.sought.value
  useLayoutEffect(() => {
    const element = scroller.current
    if (!loaded || element === null || seek?.conversationId !== thread.id) return
    model.sought.value = undefined
    atEnd.current = false
    const show = (isLoaded: boolean) => {
      // What was loaded is drawn in the next frame.
      requestAnimationFrame(() => {
        if (!isLoaded || !showFound(element, seek.order)) model.notify('This message is too far back to go to at once.')
      })
    }
    void thread.loadBackTo(seek.order).then(show, () => show(false))
  }, [loaded, seek])
  useLayoutEffect(() => {
    if (atEnd.current) toEnd()
    const element = scroller.current
    if (element !== null && loaded && element.scrollTop < olderAheadPx) void loadOlder()
  }, [messages])
  useLayoutEffect(() => {
    // What this person sends is always shown.
    if (pending.length > 0) toEnd()
  }, [pending.length])

  return (
    <div class="feed-wrap">
      {/* Scrolls, so it must be reachable by keyboard. */}
      <div class="feed-scroll" ref={scroller} onScroll={onScroll}>
        <p class="feed-start" hidden={!thread.complete.value}>
          This is the beginning. Only {readers} can read what is here.
        </p>
        {/* ARIA wants articles in a feed that is not busy: an empty one waits for its first. */}
        <div
          class="feed"
          role="feed"
          aria-label="Messages"
          aria-busy={thread.loadingOlder.value || !loaded || total === 0}
          ref={feed}
        >
          {messages.map((message, index) => {
            const view = message.peek()
            const before = messages[index - 1]?.peek()
            const newDay = before === undefined || !sameDay(before.sentAt, view.sentAt)
            const place = { message, position: index + 1, total, newDay }
            const follows = before !== undefined && before.line === undefined && before.senderId === view.senderId
            const isNamed = view.line === undefined && view.senderId !== undefined && (!follows || newDay)
            return (
              <MessageArticle
                key={view.id}
                {...place}
                follows={follows}
                sender={groupId !== undefined && isNamed && <Sender message={view} groupId={groupId} />}
              />
            )
          })}
          {pending.map((item, index) => (
            <PendingArticle
              key={item.id}
              item={item}
              position={messages.length + index + 1}
              total={total}
              onRetry={() => void thread.retryPending(item.id)}
              onDrop={() => thread.dropPending(item.id)}
              onEdit={(change) => {
                const draft = thread.dropPending(item.id)
                if (draft !== undefined) onEdit(change(draft))
              }}
            />
          ))}
        </div>
      </div>
      {away && (
        <button type="button" class="to-end" aria-label="Newest messages" onClick={toEnd}>
          <Icon name="down" size={20} />
        </button>
      )}
    </div>
  )
}

/** How long after something came into view it counts as seen, if the page is still looked at. */
const lookMs = 600

/**
 * What was received is seen when its end is in view and the page is looked at for a moment. Media that are on their way are
 * waited for; a tile that waits for the person itself, for a press, was seen as it is. What has come since the last look is
 * looked at again (docs/protocol.md §6: nobody is told of a look at what was not all there).
 */
function useMarkSeen(thread: Thread, atEnd: { readonly current: boolean }): () => void {
  const { model } = useApp()
  const lastSeen = useRef<Look | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const inView = useRef<Look | undefined>(undefined)
  const mark = () => {
    timer.current = undefined
    const seen = inView.current
    if (seen === undefined || document.visibilityState !== 'visible') return
    lastSeen.current = seen
    void model.calls.markSeen(thread.id, seen.id).catch(() => (lastSeen.current = undefined))
    // What came meanwhile.
    look()
  }
  const look = () => {
    const next = toSee(thread)
    const last = lastSeen.current
    if (next === undefined || (next.id === last?.id && next.whole === last.whole)) return
    if (!atEnd.current || document.visibilityState !== 'visible') return
    // What comes while something else is being looked at is in view as well, and may be scrolled away by then.
    inView.current = next
    timer.current ??= setTimeout(mark, lookMs)
  }
  useSignalEffect(() => {
    if (toSee(thread) !== undefined) look()
  })
  useEffect(() => {
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      clearTimeout(timer.current)
    }
  }, [])
  return look
}

interface Look {
  /** The newest received message of which nothing is still coming by itself. */
  readonly id: string
  /** So many of all that were received have all of their media. */
  readonly whole: number
}

function toSee(thread: Thread): Look | undefined {
  const received = thread.messages.value.map(({ value }) => value).filter(({ senderId }) => senderId !== undefined)
  const newest = received.findLast(({ attachments }) => !attachments.some(({ transfer }) => isComing(transfer)))
  const whole = received.filter(({ attachments }) => attachments.every(({ transfer }) => transfer.kind === 'done'))
  return newest && { id: newest.id, whole: whole.length }
}

function isComing(transfer: TransferView): boolean {
  // Without room it goes on by itself once there is some.
  if (transfer.kind === 'failed') return transfer.reason === 'storage-full'
  return transfer.kind === 'download' || transfer.kind === 'waiting'
}
