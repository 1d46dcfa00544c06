// Dialogs of a message's menu, loaded when one is opened.

export { EmojiDialog } from './emoji-dialog.tsx'
export { ForwardDialog } from './forward-dialog.tsx'
export { UnsendDialog } from './unsend-dialog.tsx'
