// One photo or video, as large as the screen lets it, with the ones before and after it in the conversation.

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { transferFailureText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { formatDay, formatTime } from '../../state/format.ts'
import type { Thread } from '../../state/thread.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { ProgressRing } from '../../ui/progress-ring.tsx'
import { stopVideo } from '../../ui/stop-video.ts'
import { useTask } from '../../ui/use-task.ts'
import { useMediaUrl } from '../conversation/use-media-url.ts'
import { saveMedia } from './save-media.ts'
import '../../styles/viewer.css'

export function Viewer({ thread, attachmentId }: { readonly thread: Thread; readonly attachmentId: string }) {
  const { router, media } = useApp()
  const task = useTask()
  const all = thread.messages.value.flatMap((message) =>
    message.value.attachments.map((attachment) => ({ message: message.value, attachment })),
  )
  const at = all.findIndex(({ attachment }) => attachment.id === attachmentId)
  const shown = all[at]
  const close = () => router.leave({ page: 'conversation', id: thread.id })
  if (shown === undefined) return null
  const go = (to: number) => {
    const target = all[to]
    if (target !== undefined) {
      router.go({ page: 'conversation', id: thread.id, media: target.attachment.id }, { replace: true })
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // A video's own controls use the arrows too.
    if (event.target instanceof HTMLVideoElement) return
    const rtl = getComputedStyle(document.documentElement).direction === 'rtl'
    if (event.key === 'ArrowRight') go(rtl ? at - 1 : at + 1)
    if (event.key === 'ArrowLeft') go(rtl ? at + 1 : at - 1)
  }
  const { message, attachment } = shown
  return (
    <Dialog label="Media viewer" kind="viewer" onClose={close}>
      <div class="viewer" role="presentation" onKeyDown={onKeyDown}>
        <div class="viewer-head">
          <p class="viewer-title">
            <strong dir="auto">{message.senderId === undefined ? 'You' : message.senderName}</strong>
            <span class="fine">
              {formatDay(message.sentAt, Date.now())}, {formatTime(message.sentAt)}
            </span>
          </p>
          <button
            type="button"
            class="icon-button"
            aria-label="Save"
            disabled={task.busy}
            onClick={() => task.run(() => saveMedia(media, attachment, message.sentAt))}
          >
            <Icon name="save" />
          </button>
          <button type="button" class="icon-button" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        <Stage key={attachment.id} attachment={attachment} message={message} />
        <button
          type="button"
          class="icon-button viewer-previous"
          aria-label="Previous"
          disabled={at === 0}
          onClick={() => go(at - 1)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="icon-button viewer-next"
          aria-label="Next"
          disabled={at === all.length - 1}
          onClick={() => go(at + 1)}
        >
          <Icon name="forward" />
        </button>
        <div class="viewer-foot">
          {task.error !== undefined && <Alert>{task.error}</Alert>}
          {attachment.caption !== undefined && <p dir="auto">{attachment.caption}</p>}
        </div>
      </div>
    </Dialog>
  )
}

function Stage({ attachment, message }: { readonly attachment: Attachment; readonly message: MessageView }) {
  const { transfer, kind } = attachment
  const mine = message.senderId === undefined
  const playable = kind === 'video' && transfer.kind !== 'failed'
  const display = useMediaUrl(attachment, 'display', mine || transfer.kind === 'done' || playable)
  const poster = useMediaUrl(attachment, 'poster', attachment.hasPoster)
  return (
    <div class="stage">
      {kind === 'photo' && display.url !== undefined && (
        <img
          class="stage-media"
          src={display.url}
          alt={attachment.altText ?? ''}
          width={attachment.width}
          height={attachment.height}
          onError={display.retry}
        />
      )}
      {kind === 'video' && display.url !== undefined && (
        <Film attachment={attachment} url={display.url} poster={poster.url} onError={display.retry} />
      )}
      {(transfer.kind === 'download' || transfer.kind === 'upload') && (
        <div class={display.url === undefined ? 'stage-ring' : 'stage-ring stage-corner'}>
          <ProgressRing
            label={transfer.kind === 'upload' ? 'Upload' : 'Download'}
            doneBytes={transfer.doneBytes}
            totalBytes={transfer.totalBytes}
          />
        </div>
      )}
      {transfer.kind === 'failed' && <Alert>{transferFailureText(transfer.reason)}</Alert>}
    </div>
  )
}

function Film({
  attachment,
  url,
  poster,
  onError,
}: {
  readonly attachment: Attachment
  readonly url: string
  readonly poster: string | undefined
  readonly onError: () => void
}) {
  const video = useRef<HTMLVideoElement>(null)
  const resumeAt = useRef(0)
  const [unseen, setUnseen] = useState(false)
  useLayoutEffect(() => {
    const element = video.current
    return () => stopVideo(element)
  }, [])
  return (
    <>
      {/* What people film of their lives has no captions to offer. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      <video
        ref={video}
        class="stage-media"
        src={url}
        poster={poster}
        width={attachment.width}
        height={attachment.height}
        aria-label={attachment.altText ?? 'Video'}
        controls
        autoplay
        playsInline
        onTimeUpdate={(event) => (resumeAt.current = event.currentTarget.currentTime)}
        onLoadedMetadata={(event) => {
          const { videoWidth } = event.currentTarget
          setUnseen(videoWidth === 0)
          if (resumeAt.current > 0) event.currentTarget.currentTime = resumeAt.current
        }}
        onError={onError}
      />
      {unseen && (
        <div class="stage-ring">
          <Alert>
            This browser has no picture for this kind of video, only its sound. Save it, and open it elsewhere.
          </Alert>
        </div>
      )}
    </>
  )
}
