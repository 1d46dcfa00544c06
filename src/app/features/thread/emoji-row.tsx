// The signs that most people want, in the menu of a message.

import { EmojiButton } from './emoji-button.tsx'
import { ThreadIcon } from './thread-icon.tsx'

const quick = ['❤️', '👍', '😂', '😮', '😢', '🙏']

export function EmojiRow({
  own,
  onChoose,
  onMore,
}: {
  readonly own: string | undefined
  readonly onChoose: (emoji: string) => void
  readonly onMore: () => void
}) {
  // One that is not among them is there to be taken back.
  const shown = own === undefined || quick.includes(own) ? quick : [own, ...quick.slice(0, -1)]
  return (
    <div class="emoji-row" role="group" aria-label="React">
      {shown.map((emoji) => (
        <EmojiButton key={emoji} emoji={emoji} isOwn={emoji === own} isInMenu onChoose={() => onChoose(emoji)} />
      ))}
      <button type="button" role="menuitem" tabIndex={-1} class="emoji-button" aria-label="More emoji" onClick={onMore}>
        <ThreadIcon name="smile" size={22} />
      </button>
    </div>
  )
}
