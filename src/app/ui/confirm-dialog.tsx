// Asks before something that cannot be taken back: what it means, the one thing to do, and a way out.

import type { ComponentChildren } from 'preact'
import { Alert } from './alert.tsx'
import { Dialog } from './dialog.tsx'
import { useTask } from './use-task.ts'

export function ConfirmDialog({
  label,
  action,
  danger = false,
  onConfirm,
  onClose,
  children,
}: {
  readonly label: string
  /** The words on the button. */
  readonly action: string
  /** Something is lost by it. */
  readonly danger?: boolean
  /** The dialog closes when this is done. */
  readonly onConfirm: () => Promise<void>
  readonly onClose: () => void
  readonly children: ComponentChildren
}) {
  const task = useTask()
  const confirm = () =>
    task.run(async () => {
      await onConfirm()
      onClose()
    })
  return (
    <Dialog label={label} onClose={onClose}>
      {children}
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <div class="button-row">
        <button
          type="button"
          class={danger ? 'button button-danger' : 'button button-primary'}
          disabled={task.busy}
          onClick={confirm}
        >
          {action}
        </button>
        <button type="button" class="button button-quiet" disabled={task.busy} onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  )
}
