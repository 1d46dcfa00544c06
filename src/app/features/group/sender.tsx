// Who wrote, above the first of their messages in a row. The article's label says it to who does not see it.

import type { MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Avatar } from '../../ui/avatar.tsx'
import '../../styles/group.css'

export function Sender({
  message: { senderId = '', senderName },
  groupId,
}: {
  readonly message: MessageView
  readonly groupId: string
}) {
  const { model } = useApp()
  const contact = model.contacts.value?.find(({ id }) => id === senderId)
  // Who is no contact is known by their name here; the tint is the same as beside it in the list of members.
  const member = model
    .group(groupId)
    .value?.members.find(({ contactId, name }) => contactId === undefined && name === senderName)
  return (
    <p class="sender" aria-hidden="true">
      <Avatar name={senderName} id={contact?.fingerprint ?? member?.fingerprint ?? senderId} size="small" />
      <bdi>{senderName}</bdi>
    </p>
  )
}
