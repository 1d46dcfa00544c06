// In the place to write, where nothing can be written: why, and the way back.

import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'

export function Closed({ contact }: { readonly contact: ContactView | undefined }) {
  const { model } = useApp()
  if (contact === undefined)
    return (
      <div class="composer-closed">
        <p>You are not in this group any more. What was said stays here.</p>
      </div>
    )
  return (
    <div class="composer-closed">
      <p>You blocked {contact.name}. Nothing of them arrives.</p>
      <button
        type="button"
        class="button"
        onClick={() => void model.calls.unblockContact(contact.id).then(() => model.refresh('contacts'))}
      >
        Unblock
      </button>
    </div>
  )
}
