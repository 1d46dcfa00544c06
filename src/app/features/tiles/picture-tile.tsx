// A photo or video in a message: a blurred look is there at once, and a ring tells how far the rest is.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatDuration } from '../../state/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { MediaIcon } from '../../ui/media-icon.tsx'
import { useInView } from '../../ui/use-in-view.ts'
import { useMediaUrl } from '../conversation/use-media-url.ts'
import { LoopTile } from './loop-tile.tsx'
import { useBlurred } from './use-blurred.ts'
import { TransferState } from './transfer-state.tsx'

export function PictureTile({
  attachment,
  message,
}: {
  readonly attachment: Attachment
  readonly message: MessageView
}) {
  const { router } = useApp()
  const { kind, altText, durationMs, loop = false } = attachment
  const describedBy = altText === undefined ? undefined : `alt-${attachment.id}`
  const press = useSinglePress(() =>
    router.go({ page: 'conversation', id: message.conversationId, media: attachment.id }),
  )
  return (
    <>
      <button
        type="button"
        class="tile-open"
        aria-label={kind === 'photo' ? 'View photo' : 'Play video'}
        aria-describedby={describedBy}
        onClick={press}
      >
        <Still attachment={attachment} isMine={message.senderId === undefined} />
      </button>
      {/* Beside the button, whose name is all that it says. */}
      {kind === 'video' && (
        <span class="tile-duration">
          {loop && <MediaIcon name="loop" size={14} />}
          {loop ? 'Loop' : durationMs !== undefined && formatDuration(durationMs)}
        </span>
      )}
      {altText !== undefined && (
        <span class="visually-hidden" id={describedBy}>
          {altText}
        </span>
      )}
      <TransferState attachment={attachment} message={message} />
    </>
  )
}

/** As long as the second press of two may take: two are a like, which is the message's to handle. */
const doublePressMs = 240

function useSinglePress(open: () => void): (event: MouseEvent) => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return ({ detail }) => {
    const isSecond = timer.current !== undefined || detail > 1
    clearTimeout(timer.current)
    timer.current = undefined
    // By key it is meant at once.
    if (detail === 0) return open()
    if (isSecond) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      open()
    }, doublePressMs)
  }
}

/** How it looks at rest. Nothing that the person has not asked for is fetched for it. */
function Still({ attachment, isMine }: { readonly attachment: Attachment; readonly isMine: boolean }) {
  const place = useRef<HTMLSpanElement>(null)
  const inView = useInView(place)
  const { model } = useApp()
  const { kind, transfer, altText, loop = false } = attachment
  const isHere = isMine || transfer.kind === 'done'
  const fetchesPosters = (model.settings.value?.autoDownload.photo ?? 0) > 0
  const rendition = kind === 'photo' ? 'display' : 'poster'
  const wanted = kind === 'photo' ? isHere : attachment.hasPoster && (isHere || fetchesPosters)
  const { url, retry } = useMediaUrl(attachment, rendition, wanted)
  const [shown, setShown] = useState(false)
  const blurred = useBlurred(attachment.thumbhash)
  const plays = loop && kind === 'video' && isHere
  return (
    <span class="tile-still" ref={place}>
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
      {plays && inView && <LoopTile attachment={attachment} />}
      {kind === 'video' && !plays && (
        <span class="tile-play">
          <Icon name="play" size={28} />
        </span>
      )}
    </span>
  )
}
