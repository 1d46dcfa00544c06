// One photo or video, as large as the screen lets it.

import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { useMediaUrl } from '../conversation/use-media-url.ts'
import { TransferState } from '../tiles/transfer-state.tsx'
import { Film } from './film.tsx'
import { Photo } from './photo.tsx'

export function Stage({
  attachment,
  message,
  rendition,
  onSwipe,
}: {
  readonly attachment: Attachment
  readonly message: MessageView
  readonly rendition: 'display' | 'original'
  readonly onSwipe: (direction: -1 | 1) => void
}) {
  const { kind, original } = attachment
  const { transfer } = (rendition === 'original' ? original : undefined) ?? attachment
  const isMine = message.senderId === undefined
  const isWhole = isMine || transfer.kind === 'done'
  // A film plays from what is here; a photo waits for all of it. What was not asked for is not fetched by being passed.
  const isComing = transfer.kind === 'download' || transfer.kind === 'waiting'
  const shown = rendition === 'original' && !isWhole ? 'display' : rendition
  const isDisplayHere = isMine || attachment.transfer.kind === 'done'
  const wanted = shown === rendition ? isWhole || (kind === 'video' && isComing) : isDisplayHere
  const media = useMediaUrl(attachment, shown, wanted)
  const poster = useMediaUrl(attachment, 'poster', attachment.hasPoster && (wanted || isComing))
  return (
    <div class="stage">
      {kind === 'photo' && <Photo attachment={attachment} picture={media} onSwipe={onSwipe} />}
      {kind === 'video' && wanted && (
        <Film
          key={shown}
          attachment={attachment}
          isWhole={isWhole}
          film={media}
          poster={poster.url}
          onSwipe={onSwipe}
        />
      )}
      <div class={media.url === undefined ? 'stage-over' : 'stage-over stage-corner'}>
        <TransferState attachment={attachment} message={message} rendition={rendition} />
      </div>
    </div>
  )
}
