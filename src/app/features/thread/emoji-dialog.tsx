// More signs to react with.

import { Dialog } from '../../ui/dialog.tsx'
import { EmojiButton } from './emoji-button.tsx'

const groups = [
  { name: 'Feelings', emoji: '😀 😂 🤣 😊 😍 🥰 😘 😎 🤩 🥳 🤔 🫣 😮 😱 😢 😭 😡 🙄 😴 🤗' },
  { name: 'Gestures', emoji: '👍 👎 👏 🙏 💪 👌 ✌️ 🤞 👋 🫶 🙌 🤝' },
  { name: 'Hearts and stars', emoji: '❤️ 🧡 💛 💚 💙 💜 🖤 💔 ⭐ ✨ 🔥 💯' },
  { name: 'Things', emoji: '🎉 🎂 🌹 🌊 ☀️ 🌈 🍀 🐾 📷 🎬 ☕ 🚀 ✅ ❌ ❓ ❗' },
].map(({ name, emoji }) => ({ name, all: emoji.split(' ') }))

export function EmojiDialog({
  own,
  onChoose,
  onClose,
}: {
  readonly own: string | undefined
  readonly onChoose: (emoji: string) => void
  readonly onClose: () => void
}) {
  return (
    <Dialog label="React" onClose={onClose}>
      {groups.map(({ name, all }) => (
        <section key={name}>
          <h3 class="fine">{name}</h3>
          <div class="emoji-grid">
            {all.map((emoji) => (
              <EmojiButton
                key={emoji}
                emoji={emoji}
                isOwn={emoji === own}
                onChoose={() => {
                  onChoose(emoji)
                  onClose()
                }}
              />
            ))}
          </div>
        </section>
      ))}
    </Dialog>
  )
}
