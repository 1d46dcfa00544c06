// One photo or video, as large as the screen lets it.

import { useState } from 'preact/hooks'
import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { isServedByWorker, useMediaUrl } from '../conversation/use-media-url.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { useTask } from '../../ui/use-task.ts'
import { TransferState } from '../tiles/transfer-state.tsx'
import { Film } from './film.tsx'
import { Photo } from './photo.tsx'
import { PlayingState } from './playing-state.tsx'

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
  const { model } = useApp()
  const task = useTask()
  const [isPlaying, setPlaying] = useState(false)
  const { kind, original } = attachment
  const { transfer } = (rendition === 'original' ? original : undefined) ?? attachment
  const isMine = message.senderId === undefined
  const isWhole = isMine || transfer.kind === 'done'
  // A film plays from what is here; a photo waits for all of it. What was not asked for is not fetched by being passed.
  const isComing = transfer.kind === 'download' || transfer.kind === 'waiting'
  const shown = rendition === 'original' && !isWhole ? 'display' : rendition
  const isDisplayHere = isMine || attachment.transfer.kind === 'done'
  const isFilm = kind === 'video'
  const isHere = shown === rendition ? isWhole || (isFilm && isComing) : isDisplayHere
  const wanted = isHere || (isFilm && isPlaying)
  const media = useMediaUrl(attachment, shown, wanted)
  const poster = useMediaUrl(attachment, 'poster', attachment.hasPoster && (wanted || isComing))
  const isOnItsWay = isFilm && wanted && shown === 'display' && !isDisplayHere
  const play = () => {
    if (isServedByWorker()) return setPlaying(true)
    // Without the worker it can be played when all of it is here.
    return task.run(() => model.calls.manageTransfer('start', attachment.id, 'display'))
  }
  const stop = () =>
    task.run(async () => {
      setPlaying(false)
      if (isComing) await model.calls.manageTransfer('pause', attachment.id, 'display')
    })
  return (
    <div class="stage">
      {kind === 'photo' && <Photo attachment={attachment} picture={media} onSwipe={onSwipe} />}
      {isFilm && wanted && (
        <Film
          key={shown}
          attachment={attachment}
          isWhole={isWhole}
          film={media}
          poster={poster.url}
          onSwipe={onSwipe}
        />
      )}
      <div class={isOnItsWay || (wanted && media.url !== undefined) ? 'stage-over stage-corner' : 'stage-over'}>
        {isOnItsWay ? (
          <PlayingState transfer={attachment.transfer} senderName={message.senderName} busy={task.busy} onStop={stop} />
        ) : (
          <TransferState attachment={attachment} message={message} rendition={rendition} alone />
        )}
      </div>
      {task.error !== undefined && (
        <div class="stage-ring">
          <Alert>{task.error}</Alert>
        </div>
      )}
      {isFilm && !wanted && task.error === undefined && isPlayable(attachment) && (
        <div class="stage-ring">
          <button type="button" class="button" disabled={task.busy} onClick={play}>
            Play now
          </button>
        </div>
      )}
    </div>
  )
}

function isPlayable({ transfer: { kind } }: Attachment): boolean {
  return kind === 'offered' || kind === 'evicted' || kind === 'paused'
}
