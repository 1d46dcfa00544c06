// Asks before a message of mine is taken back, and says what that does not do.

import type { MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'

export function UnsendDialog({ message, onClose }: { readonly message: MessageView; readonly onClose: () => void }) {
  const { model } = useApp()
  return (
    <ConfirmDialog
      label="Unsend this message?"
      action="Unsend"
      danger
      onConfirm={() => model.calls.unsend([message.id])}
      onClose={onClose}
    >
      <p>
        It goes from this device now, and from everybody else’s when they hear of it. They see that you took a message
        back. What they saw before, or saved, they have.
      </p>
    </ConfirmDialog>
  )
}
