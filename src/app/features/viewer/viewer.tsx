// One photo or video, as large as the screen lets it, with the ones before and after it in the whole conversation.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { formatDay, formatTime } from '../../state/format.ts'
import type { Thread } from '../../state/thread.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { MediaIcon } from '../../ui/media-icon.tsx'
import { useTask } from '../../ui/use-task.ts'
import { isStartable } from '../tiles/transfer-text.ts'
import { OriginalToggle } from './original-toggle.tsx'
import { saveMedia } from './save-media.ts'
import { canShare, createSharer } from './share-media.ts'
import { Stage } from './stage.tsx'
import { useGallery } from './use-gallery.ts'
import type { Shown } from './use-gallery.ts'
import '../../styles/tiles.css'
import '../../styles/viewer.css'

export function Viewer({ thread, attachmentId }: { readonly thread: Thread; readonly attachmentId: string }) {
  const { router } = useApp()
  const gallery = useGallery(thread, attachmentId)
  const { shown, next, hasPrevious } = gallery
  const close = () => router.leave({ page: 'conversation', id: thread.id })
  const show = (target: Shown | undefined) => {
    if (target !== undefined) {
      router.go({ page: 'conversation', id: thread.id, media: target.attachment.id }, { replace: true })
    }
  }
  const goNext = () => show(next)
  const goPrevious = () => void gallery.previous().then(show, () => undefined)
  const isRtl = () => getComputedStyle(document.documentElement).direction === 'rtl'
  useArrows((direction) => ((direction === 1) === isRtl() ? goPrevious : goNext)())
  if (shown === undefined && !gallery.isMissing) return null
  return (
    <Dialog label="Media viewer" kind="viewer" onClose={close}>
      <div class="viewer">
        {shown === undefined ? (
          <div class="viewer-foot">
            <p role="alert">This photo or video is no longer on this device.</p>
            <button type="button" class="button" onClick={close}>
              Close
            </button>
          </div>
        ) : (
          <Opened
            key={shown.attachment.id}
            shown={shown}
            onClose={close}
            onSwipe={(direction) => ((direction === -1) === isRtl() ? goPrevious : goNext)()}
          />
        )}
        <button
          type="button"
          class="icon-button viewer-previous"
          aria-label="Previous"
          disabled={!hasPrevious}
          onClick={goPrevious}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="icon-button viewer-next"
          aria-label="Next"
          disabled={next === undefined}
          onClick={goNext}
        >
          <Icon name="forward" />
        </button>
      </div>
    </Dialog>
  )
}

/** Of the whole page: a button that had the focus and can do nothing any more hears no keys. */
function useArrows(go: (direction: -1 | 1) => void): void {
  const current = useRef(go)
  current.current = go
  useEffect(() => {
    const onKeyDown = ({ key, target }: KeyboardEvent) => {
      // A video's own controls use the arrows too.
      if (target instanceof HTMLVideoElement) return
      if (key === 'ArrowRight') current.current(1)
      if (key === 'ArrowLeft') current.current(-1)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

function Opened({
  shown: { message, attachment },
  onClose,
  onSwipe,
}: {
  readonly shown: Shown
  readonly onClose: () => void
  readonly onSwipe: (direction: -1 | 1) => void
}) {
  const { media, model } = useApp()
  const task = useTask()
  const share = useMemo(() => createSharer(media), [media])
  const [isReadyToShare, setReadyToShare] = useState(false)
  const [isOriginal, setOriginal] = useState(false)
  const { original, caption, altText } = attachment
  const rendition = isOriginal ? 'original' : 'display'
  const fetchWhole = async (which: 'display' | 'original') => {
    if (isStartable(which === 'original' ? original?.transfer : attachment.transfer)) {
      await model.calls.manageTransfer('start', attachment.id, which)
    }
  }
  const toggleOriginal = () =>
    task.run(async () => {
      setOriginal(!isOriginal)
      if (!isOriginal) await fetchWhole('original')
    })
  const save = () =>
    task.run(async () => {
      await fetchWhole(rendition)
      await saveMedia(media, attachment, message.sentAt, rendition)
    })
  return (
    <>
      <div class="viewer-head">
        <p class="viewer-title">
          <strong dir="auto">{message.senderId === undefined ? 'You' : message.senderName}</strong>
          <span class="fine">
            {formatDay(message.sentAt, Date.now())}, {formatTime(message.sentAt)}
          </span>
        </p>
        {original !== undefined && (
          <OriginalToggle
            sizeBytes={original.sizeBytes}
            isOn={isOriginal}
            isBusy={task.busy}
            onToggle={toggleOriginal}
          />
        )}
        {canShare(attachment, rendition) && (
          <button
            type="button"
            class="icon-button"
            aria-label="Share"
            disabled={task.busy}
            onClick={() =>
              task.run(async () =>
                setReadyToShare((await share(attachment, message.sentAt, rendition)) === 'press-again'),
              )
            }
          >
            <MediaIcon name="share" />
          </button>
        )}
        <button type="button" class="icon-button" aria-label="Save" disabled={task.busy} onClick={save}>
          <Icon name="save" />
        </button>
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <Stage attachment={attachment} message={message} rendition={rendition} onSwipe={onSwipe} />
      <div class="viewer-foot">
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        {isReadyToShare && <p role="status">It is ready now: press Share again.</p>}
        {caption !== undefined && <p dir="auto">{caption}</p>}
        {altText !== undefined && altText !== caption && (
          <p class="fine" dir="auto">
            {altText}
          </p>
        )}
      </div>
    </>
  )
}
