// A sign to react with. Pressed again, my own is taken back.

export function EmojiButton({
  emoji,
  isOwn,
  isInMenu = false,
  onChoose,
}: {
  readonly emoji: string
  readonly isOwn: boolean
  /** The menu moves the focus, and one of its items is chosen. */
  readonly isInMenu?: boolean
  readonly onChoose: () => void
}) {
  const state = isInMenu
    ? ({ role: 'menuitemradio', 'aria-checked': isOwn, tabIndex: -1 } as const)
    : ({ 'aria-pressed': isOwn } as const)
  return (
    <button type="button" class="emoji-button" {...state} onClick={onChoose}>
      {emoji}
    </button>
  )
}
