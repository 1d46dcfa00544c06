// What the person should know wherever they are: said aloud, and shown until dismissed. That something came in is said
// alone: the list and the conversation show it.

import { useApp } from '../../state/context.ts'
import { Icon } from '../../ui/icon.tsx'
import { kindOf } from '../conversation/message-kind.ts'

export function Notices() {
  const { model } = useApp()
  return (
    <div class="notices">
      {model.notices.value.map((text) => (
        <div class="notice" role="alert" key={text}>
          <Icon name="info" size={20} />
          <p>{text}</p>
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => model.dismiss(text)}>
            <Icon name="close" size={18} />
          </button>
        </div>
      ))}
    </div>
  )
}

export function Arrived() {
  const { model } = useApp()
  const message = model.arrived.value
  return (
    <p class="visually-hidden" role="status">
      {message && (
        // A new element, or the same words twice would be said once.
        <span key={message.id}>
          New from {message.senderName}: {kindOf(message)}
        </span>
      )}
    </p>
  )
}
