// The one view of what is not kept: full-screen, with the time that is left, and it closes by itself. Nothing in it can be
// saved, shared or opened elsewhere; a camera in front of the screen can, and the page does not pretend otherwise.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { MessageView, MessageViewing, OpenedView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Countdown } from './countdown.tsx'
import { detectCapture } from './detect-capture.ts'
import { ViewedMedia } from './viewed-media.tsx'
import '../../styles/viewer.css'
import '../../styles/view.css'

export function ViewDialog({
  opened,
  message,
  viewing,
  onClose,
}: {
  readonly opened: OpenedView
  readonly message: MessageView
  readonly viewing: MessageViewing
  readonly onClose: () => void
}) {
  const { media, model } = useApp()
  const { calls } = model
  const { attachments, seconds, viewId } = opened
  const [at, setAt] = useState(0)
  const [shownAt, setShownAt] = useState<number>()
  const [captured, setCaptured] = useState(false)
  useLayoutEffect(() => media.lend(attachments), [attachments])
  useEffect(() => {
    const end = () => void calls.closeView(viewId).catch(() => undefined)
    addEventListener('pagehide', end)
    const stopDetecting = detectCapture(() => {
      setCaptured(true)
      void calls.reportCapture(message.id).catch(() => undefined)
    })
    return () => {
      removeEventListener('pagehide', end)
      stopDetecting()
      end()
    }
  }, [viewId])
  useEnded(viewing.stage, onClose)
  const isVeiled = useHidden()

  const attachment = attachments[at]
  const go = (to: number) => {
    setShownAt(undefined)
    if (to < attachments.length) setAt(to)
    else onClose()
  }
  if (attachment === undefined) return null
  const isTimed = seconds !== undefined && attachment.kind === 'photo'
  return (
    <Dialog label="Media viewer" kind="viewer" onClose={onClose}>
      <div class={isVeiled ? 'viewer view veiled' : 'viewer view'}>
        <div class="viewer-head">
          <p class="viewer-title">
            <strong dir="auto">{message.senderName}</strong>
            <span class="fine">
              {opened.isReplay ? 'Replay, the last time' : 'View once'}
              {attachments.length > 1 && ` · ${at + 1} of ${attachments.length}`}
            </span>
          </p>
          {isTimed && shownAt === at && <Countdown key={at} seconds={seconds} onEnd={() => go(at + 1)} />}
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        <ViewedMedia
          key={attachment.id}
          attachment={attachment}
          onShown={() => setShownAt(at)}
          onEnd={() => go(at + 1)}
        />
        {at < attachments.length - 1 && (
          <button type="button" class="icon-button viewer-next" aria-label="Next" onClick={() => go(at + 1)}>
            <Icon name="forward" />
          </button>
        )}
        <div class="viewer-foot">
          <p role="status">
            {captured && `Noticed a key for screenshots, or printing. ${message.senderName} is told.`}
          </p>
          {attachment.caption !== undefined && <p dir="auto">{attachment.caption}</p>}
          {opened.text !== undefined && <p dir="auto">{opened.text}</p>}
        </div>
      </div>
    </Dialog>
  )
}

/** The view ended elsewhere: its time is over, the tab with the messenger is gone, or the message is. */
function useEnded(stage: MessageViewing['stage'], onEnd: () => void): void {
  const first = useRef(stage)
  useEffect(() => {
    if (stage !== 'open' && stage !== first.current) onEnd()
    if (stage === 'open') first.current = stage
  }, [stage])
}

/** What is listed of open windows must not show it. */
function useHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden)
  useEffect(() => {
    const look = () => setHidden(document.hidden)
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return hidden
}
