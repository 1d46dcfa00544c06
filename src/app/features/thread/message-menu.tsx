// What can be done with one message.

import { useState } from 'preact/hooks'
import type { MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { errorText } from '../../error-text.ts'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { Menu } from '../../ui/menu.tsx'
import type { MenuAction } from '../../ui/menu.tsx'
import { EmojiRow } from './emoji-row.tsx'
import { ThreadIcon } from './thread-icon.tsx'

const thread = () => import('./thread-dialogs.ts')
const EmojiDialog = later(async () => (await thread()).EmojiDialog)
const ForwardDialog = later(async () => (await thread()).ForwardDialog)
const UnsendDialog = later(async () => (await thread()).UnsendDialog)

export function MessageMenu({ message, onDelete }: { readonly message: MessageView; readonly onDelete: () => void }) {
  const { model } = useApp()
  const [dialog, setDialog] = useState<'emoji' | 'forward' | 'unsend'>()
  const close = () => setDialog(undefined)
  const { id, text } = message
  const contact = model.contacts.value?.find(({ conversationId }) => conversationId === message.conversationId)
  const isThere = message.unsentAt === undefined && message.line === undefined
  const isOpen = isThere && contact?.state !== 'blocked'
  const isMine = message.senderId === undefined
  const isKept = isThere && message.viewing === undefined
  const run = (work: Promise<void>) => void work.catch((error: unknown) => model.notify(errorText(error)))
  const react = (emoji: string) => run(model.calls.react(id, emoji === ownReaction(message) ? undefined : emoji))
  const write = (kind: 'reply' | 'edit') => (model.thread(message.conversationId).about.value = { kind, message })

  const offered: (MenuAction & { readonly when: boolean })[] = [
    { when: isOpen, name: 'Reply', icon: <ThreadIcon name="reply" />, run: () => write('reply') },
    {
      when: isOpen && isMine && isKept && text !== undefined,
      name: 'Edit',
      icon: <Icon name="edit" size={18} />,
      run: () => write('edit'),
    },
    { when: isKept, name: 'Forward', icon: <ThreadIcon name="passOn" />, run: () => setDialog('forward') },
    {
      when: isOpen,
      name: message.isPinned ? 'Unpin' : 'Pin',
      icon: <ThreadIcon name={message.isPinned ? 'unpin' : 'pin'} />,
      run: () => run(model.calls.pin(id, !message.isPinned)),
    },
    {
      when: isThere && text !== undefined,
      name: 'Copy text',
      icon: <Icon name="copy" size={18} />,
      run: () => void navigator.clipboard.writeText(text ?? ''),
    },
    {
      when: isThere && isMine,
      name: 'Unsend for everyone',
      icon: <ThreadIcon name="takeBack" />,
      danger: true,
      run: () => setDialog('unsend'),
    },
    { when: true, name: 'Delete for me', icon: <Icon name="trash" size={18} />, danger: true, run: onDelete },
  ]
  return (
    <>
      <Menu label="Message options" actions={offered.filter(({ when }) => when)}>
        {isOpen ? (
          <EmojiRow own={ownReaction(message)} onChoose={react} onMore={() => setDialog('emoji')} />
        ) : undefined}
      </Menu>
      {dialog === 'emoji' && <EmojiDialog own={ownReaction(message)} onChoose={react} onClose={close} />}
      {dialog === 'forward' && <ForwardDialog message={message} onClose={close} />}
      {dialog === 'unsend' && <UnsendDialog message={message} onClose={close} />}
    </>
  )
}

function ownReaction({ reactions }: MessageView): string | undefined {
  return reactions.find(({ contactId }) => contactId === undefined)?.emoji
}
