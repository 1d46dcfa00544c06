// A photo or video in a message: its place is kept from the start, a blurred look is there at once, and a ring tells how
// far the rest is.

import { useMemo, useState } from 'preact/hooks'
import { thumbHashToDataURL } from 'thumbhash'
import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { transferFailureText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { formatBytes, formatDuration } from '../../state/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { ProgressRing } from '../../ui/progress-ring.tsx'
import { useMediaUrl } from './use-media-url.ts'

/** Taller or wider than this is cut in the conversation; the viewer shows all. */
const ratioBounds = { least: 0.5, most: 2.4 }

export function AttachmentTile({
  attachment,
  message,
}: {
  readonly attachment: Attachment
  readonly message: MessageView
}) {
  const { router } = useApp()
  const { kind, transfer, caption, altText } = attachment
  const here = message.senderId === undefined || transfer.kind === 'done'
  const still = kind === 'photo' ? 'display' : 'poster'
  const wanted = kind === 'photo' ? here : attachment.hasPoster
  const { url, retry } = useMediaUrl(attachment, still, wanted)
  const [shown, setShown] = useState(false)
  const blurred = useBlurred(attachment.thumbhash)
  const describedBy = altText === undefined ? undefined : `alt-${attachment.id}`
  return (
    <figure class="tile-figure">
      <div class="tile" style={{ '--ratio': String(shownRatio(attachment)) }}>
        <button
          type="button"
          class="tile-open"
          aria-label={kind === 'photo' ? 'View photo' : 'Play video'}
          aria-describedby={describedBy}
          onClick={() => router.go({ page: 'conversation', id: message.conversationId, media: attachment.id })}
        >
          {blurred !== undefined && <img class="tile-blurred" src={blurred} alt="" />}
          {url !== undefined && (
            <img
              class={shown ? 'tile-image shown' : 'tile-image'}
              src={url}
              alt={altText ?? ''}
              decoding="async"
              onLoad={() => setShown(true)}
              onError={retry}
            />
          )}
          {kind === 'video' && (
            <span class="tile-play">
              <Icon name="play" size={28} />
            </span>
          )}
          {kind === 'video' && attachment.durationMs !== undefined && (
            <span class="tile-duration">{formatDuration(attachment.durationMs)}</span>
          )}
        </button>
        {altText !== undefined && (
          <span class="visually-hidden" id={describedBy}>
            {altText}
          </span>
        )}
        <Transfer attachment={attachment} senderName={message.senderName} />
      </div>
      {caption !== undefined && (
        <figcaption class="caption" dir="auto">
          {caption}
        </figcaption>
      )}
    </figure>
  )
}

function Transfer({
  attachment: { transfer },
  senderName,
}: {
  readonly attachment: Attachment
  readonly senderName: string
}) {
  switch (transfer.kind) {
    case 'done':
    // What to do about these is for the transfer manager to show.
    case 'paused':
    case 'offered':
    case 'evicted':
      return null
    case 'upload':
    case 'download':
      return (
        <div class="tile-over">
          <ProgressRing
            label={transfer.kind === 'upload' ? 'Upload' : 'Download'}
            doneBytes={transfer.doneBytes}
            totalBytes={transfer.totalBytes}
          />
        </div>
      )
    case 'waiting':
      return (
        <p class="tile-over tile-note">
          Waiting for {senderName} or a relay · {formatBytes(transfer.doneBytes)} of {formatBytes(transfer.totalBytes)}
        </p>
      )
    case 'failed':
      return (
        <p class="tile-over tile-note" role="status">
          {transferFailureText(transfer.reason)}
        </p>
      )
  }
}

function useBlurred(thumbhash: Uint8Array | undefined): string | undefined {
  return useMemo(() => {
    // The hash comes from the sender: fewer bytes than its header would read past its end.
    if (thumbhash === undefined || thumbhash.length < 8 || thumbhash.length > 64) return undefined
    return thumbHashToDataURL(thumbhash)
  }, [thumbhash?.join()])
}

function shownRatio({ width, height }: Attachment): number {
  const ratio = width > 0 && height > 0 ? width / height : 1
  return Math.round(Math.min(ratioBounds.most, Math.max(ratioBounds.least, ratio)) * 1000) / 1000
}
