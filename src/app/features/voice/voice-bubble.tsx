// A voice note in a message.

import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatDuration } from '../../state/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { MediaIcon } from '../../ui/media-icon.tsx'
import { useTask } from '../../ui/use-task.ts'
import { saveMedia } from '../viewer/save-media.ts'
import { TransferState } from '../tiles/transfer-state.tsx'
import '../../styles/tiles.css'

export function VoiceBubble({
  attachment,
  message,
}: {
  readonly attachment: Attachment
  readonly message: MessageView
}) {
  const { media } = useApp()
  const task = useTask()
  const { transfer, durationMs = 0 } = attachment
  return (
    <div class="row-tile">
      <span class="row-icon">
        <MediaIcon name="voice" size={20} />
      </span>
      <span class="row-tile-words">
        <span>Voice message</span>
        <span class="fine">{formatDuration(durationMs)}</span>
      </span>
      {(message.senderId === undefined || transfer.kind === 'done') && (
        <button
          type="button"
          class="icon-button"
          aria-label="Save voice message"
          disabled={task.busy}
          onClick={() => task.run(() => saveMedia(media, attachment, message.sentAt))}
        >
          <Icon name="save" />
        </button>
      )}
      <TransferState attachment={attachment} message={message} />
    </div>
  )
}
