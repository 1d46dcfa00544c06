// The person's word on a contact's keys, asked once more with what it does and what is kept.

import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'

interface WordProps {
  readonly contact: ContactView
  readonly onClose: () => void
}

export function ConfirmKeys({ contact, onClose }: WordProps) {
  const { model } = useApp()
  const { id, name, aside, verified } = contact
  return (
    <ConfirmDialog
      label="These are theirs"
      action="Use these keys"
      onConfirm={async () => {
        await model.calls.confirmKeys(id)
        await Promise.all([model.refresh('contacts'), model.refresh('conversations')])
      }}
      onClose={onClose}
    >
      <p>
        {aside === undefined
          ? `You go on writing with ${name} under the new keys. What you wrote meanwhile is sent.`
          : `What waits comes into this conversation, and what you write goes to the new device. The device that you knew is no longer heard.`}
      </p>
      <p class="hint">
        Everything in this conversation stays.
        {verified && ' Your mark as verified was about what you knew before, so it is taken back: compare again.'}
      </p>
    </ConfirmDialog>
  )
}

export function RefuseKeys({ contact, onClose }: WordProps) {
  const { model } = useApp()
  const { id, name, aside, verified } = contact
  const refresh = () => Promise.all([model.refresh('contacts'), model.refresh('conversations')])
  if (aside === undefined) {
    return (
      <ConfirmDialog
        label="Not theirs"
        action={`Block ${name}`}
        danger
        onConfirm={async () => {
          await model.calls.blockContact(id)
          await refresh()
        }}
        onClose={onClose}
      >
        <p>
          Whoever this is has the keys that {name} used with you, so a part of them cannot be refused: what you send can
          be read there. Block {name}, and nothing goes out or comes in any more.
        </p>
        <p class="hint">
          Everything in this conversation stays. {name} can begin again with a new profile and an invite from it.
        </p>
      </ConfirmDialog>
    )
  }
  return (
    <ConfirmDialog
      label="Not theirs"
      action="Refuse these keys"
      danger
      onConfirm={async () => {
        await model.calls.rejectKeys(id)
        await refresh()
      }}
      onClose={onClose}
    >
      <p>
        {aside.messages === 0
          ? 'Whoever began anew is forgotten and not told.'
          : 'What waits aside is deleted unread, and whoever sent it is not told.'}{' '}
        You go on with the device that you knew.
      </p>
      <p class="hint">
        Everything in this conversation stays{verified && ', and your mark as verified'}. If it was {name} after all,
        they can ask again with a new invite of yours.
      </p>
    </ConfirmDialog>
  )
}
