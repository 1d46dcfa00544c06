// What is missing of an attachment, and what can be done about it: over its tile, and over the large view of it; or, beside
// a line of words (transfer-text.ts), in icons. Its places stay as they are while that changes.

import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Attachment, MessageView, TransferView } from '../../../messenger/api.ts'
import type { TransferAction } from '../../state/calls.ts'
import { useApp } from '../../state/context.ts'
import { Icon } from '../../ui/icon.tsx'
import { MediaIcon } from '../../ui/media-icon.tsx'
import { ProgressRing } from '../../ui/progress-ring.tsx'
import { useTask } from '../../ui/use-task.ts'
import { actionOf, canBeGivenUp, giveUp, stageOf, wordsOf } from './transfer-text.ts'
import '../../styles/transfer.css'

export function TransferState({
  attachment,
  message,
  rendition = 'display',
  beside = false,
  alone = false,
}: {
  readonly attachment: Attachment
  readonly message: MessageView
  readonly rendition?: 'display' | 'original'
  /** Of words that say how far it is. */
  readonly beside?: boolean
  /** No other one of its message is on the screen. */
  readonly alone?: boolean
}) {
  const { model } = useApp()
  const task = useTask()
  const place = useRef<HTMLDivElement>(null)
  const transfer = rendition === 'display' ? attachment.transfer : attachment.original?.transfer
  useKeptFocus(place, transfer?.kind)
  if (transfer === undefined || transfer.kind === 'done') return null
  const isMoving = transfer.kind === 'upload' || transfer.kind === 'download'
  const action = actionOf(transfer, message.senderId === undefined)
  const words = beside ? undefined : wordsOf(transfer, message.senderName)
  const isIcon = beside || isMoving
  const which = alone ? '' : placeOf(attachment, message)
  const manage = (does: TransferAction) => task.run(() => model.calls.manageTransfer(does, attachment.id, rendition))
  const over = isMoving ? 'tile-over tile-moving' : 'tile-over tile-missing'
  return (
    <div class={beside ? 'transfer-row' : over} ref={place}>
      {isMoving && (
        <ProgressRing
          label={transfer.kind === 'upload' ? 'Upload' : 'Download'}
          stage={stageOf(transfer)}
          doneBytes={transfer.doneBytes}
          totalBytes={transfer.totalBytes}
        />
      )}
      {isMoving && !beside && attachment.kind === 'video' && (
        <span class="ring-play">
          <Icon name="play" size={20} />
        </span>
      )}
      {words !== undefined && (
        <p class="tile-note" role={transfer.kind === 'failed' ? 'status' : undefined}>
          {words}
        </p>
      )}
      {action !== undefined && (
        <button
          key="first"
          type="button"
          class={isIcon ? 'transfer-button transfer-first' : 'button button-small'}
          aria-label={`${action.name}${which}`}
          // Not `disabled`: it is another one in a moment, and keeps the focus.
          aria-disabled={task.busy}
          onClick={() => manage(action.does)}
        >
          {isIcon ? <ActionIcon does={action.does} /> : action.name}
        </button>
      )}
      {canBeGivenUp(transfer) && (
        <button
          key="cancel"
          type="button"
          class="transfer-button transfer-cancel"
          aria-label={`${giveUp.name}${which}`}
          aria-disabled={task.busy}
          onClick={() => manage(giveUp.does)}
        >
          <Icon name="close" size={18} />
        </button>
      )}
      {task.error !== undefined && (
        <p class="tile-note" role="alert">
          {task.error}
        </p>
      )}
    </div>
  )
}

/** Which of several it is: their buttons are alike otherwise. */
function placeOf({ id }: Attachment, { attachments }: MessageView): string {
  const at = attachments.findIndex((other) => other.id === id)
  return attachments.length > 1 && at >= 0 ? `, ${at + 1} of ${attachments.length}` : ''
}

function ActionIcon({ does }: { readonly does: TransferAction }) {
  if (does === 'pause') return <MediaIcon name="pause" size={20} />
  return <Icon name={does === 'resume' ? 'play' : does === 'retry' ? 'retry' : 'down'} size={20} />
}

/** When the button with the focus goes, the next one of this place has it; where there is none, what it is a part of. */
function useKeptFocus(place: { readonly current: HTMLElement | null }, kind: TransferView['kind'] | undefined): void {
  // Of what is still there, before this is drawn.
  const whole = place.current?.contains(document.activeElement) === true ? place.current.closest('article') : undefined
  useLayoutEffect(() => {
    if (whole === undefined || document.activeElement !== document.body) return
    const next = place.current?.querySelector('button') ?? whole
    next?.focus()
  }, [kind])
}
