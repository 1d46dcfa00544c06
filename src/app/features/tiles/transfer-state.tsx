// What is missing of an attachment, and what can be done about it: over its tile, and over the large view of it.

import type { Attachment, MessageView, TransferView } from '../../../messenger/api.ts'
import { transferFailureText } from '../../error-text.ts'
import type { TransferAction } from '../../state/calls.ts'
import { useApp } from '../../state/context.ts'
import { formatBytes } from '../../state/format.ts'
import { ProgressRing } from '../../ui/progress-ring.tsx'
import { useTask } from '../../ui/use-task.ts'

export function TransferState({
  attachment,
  message,
  rendition = 'display',
}: {
  readonly attachment: Attachment
  readonly message: MessageView
  readonly rendition?: 'display' | 'original'
}) {
  const { model } = useApp()
  const task = useTask()
  const transfer = rendition === 'display' ? attachment.transfer : attachment.original?.transfer
  if (transfer === undefined || transfer.kind === 'done') return null
  if (transfer.kind === 'upload' || transfer.kind === 'download') {
    return (
      <div class="tile-over">
        <ProgressRing
          label={transfer.kind === 'upload' ? 'Upload' : 'Download'}
          doneBytes={transfer.doneBytes}
          totalBytes={transfer.totalBytes}
        />
      </div>
    )
  }
  const isMine = message.senderId === undefined
  const action = actionOf(transfer, isMine)
  const words = wordsOf(transfer, message.senderName)
  return (
    <div class="tile-over tile-missing">
      {words !== undefined && (
        <p class="tile-note" role={transfer.kind === 'failed' ? 'status' : undefined}>
          {words}
        </p>
      )}
      {action !== undefined && (
        <button
          type="button"
          class="button button-small"
          disabled={task.busy}
          onClick={() => task.run(() => model.calls.manageTransfer(action.does, attachment.id, rendition))}
        >
          {action.name}
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

/** Nothing of it moves before somebody asks. */
export function isStartable(transfer: TransferView | undefined): boolean {
  return transfer?.kind === 'offered' || transfer?.kind === 'evicted' || transfer?.kind === 'paused'
}

interface Action {
  readonly does: TransferAction
  readonly name: string
}

function actionOf(transfer: TransferView, isMine: boolean): Action | undefined {
  switch (transfer.kind) {
    case 'offered':
      return { does: 'start', name: `Download ${formatBytes(transfer.totalBytes)}` }
    case 'evicted':
      return { does: 'start', name: `Download again, ${formatBytes(transfer.totalBytes)}` }
    case 'paused':
      return { does: 'resume', name: 'Resume' }
    case 'failed':
      // A message of mine that failed says so itself, and can be sent again there.
      return isMine ? undefined : { does: 'retry', name: 'Retry' }
    case 'done':
    case 'download':
    case 'upload':
    case 'waiting':
      return undefined
  }
}

function wordsOf(transfer: TransferView, senderName: string): string | undefined {
  switch (transfer.kind) {
    case 'evicted':
      return 'Removed to make room'
    case 'paused':
      return `Paused · ${partOf(transfer)}`
    case 'waiting':
      return `Waiting for ${senderName} or a relay · ${partOf(transfer)}`
    case 'failed':
      return transferFailureText(transfer.reason)
    case 'offered':
    case 'done':
    case 'download':
    case 'upload':
      return undefined
  }
}

function partOf({ doneBytes, totalBytes }: { readonly doneBytes: number; readonly totalBytes: number }): string {
  return `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`
}
