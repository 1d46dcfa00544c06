// What the person should know wherever they are: said aloud, and shown until dismissed.

import { useApp } from '../../state/context.ts'
import { Icon } from '../../ui/icon.tsx'

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
