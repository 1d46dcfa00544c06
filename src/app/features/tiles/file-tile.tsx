// A file: what it is called, how large it is, and a way to save it. It is never shown, whatever its type says.

import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatBytes } from '../../state/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { MediaIcon } from '../../ui/media-icon.tsx'
import { useTask } from '../../ui/use-task.ts'
import { saveMedia } from '../viewer/save-media.ts'
import { canBeGivenUp, lineOf } from './transfer-text.ts'
import { TransferState } from './transfer-state.tsx'

export function FileTile({ attachment, message }: { readonly attachment: Attachment; readonly message: MessageView }) {
  const { media } = useApp()
  const task = useTask()
  const { name = 'File', transfer, sizeBytes } = attachment
  const isHere = message.senderId === undefined || transfer.kind === 'done'
  return (
    <div class="row-tile">
      <span class="row-icon">
        <MediaIcon name="file" size={20} />
      </span>
      <span class="row-tile-words">
        <bdi class="line">{name}</bdi>
        <span class="fine" role={transfer.kind === 'failed' ? 'status' : undefined}>
          {lineOf(transfer, message.senderName) ?? formatBytes(sizeBytes)}
        </span>
        {task.error !== undefined && (
          <span class="fine" role="alert">
            {task.error}
          </span>
        )}
      </span>
      {isHere && !canBeGivenUp(transfer) && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Save ${name}`}
          disabled={task.busy}
          onClick={() => task.run(() => saveMedia(media, attachment, message.sentAt))}
        >
          <Icon name="save" />
        </button>
      )}
      <TransferState attachment={attachment} message={message} beside />
    </div>
  )
}
