// Beside a name: this person compared the contact's account and marked it. Gone while the contact's keys are in question.

import type { ContactView } from '../../../messenger/api.ts'
import { Icon } from '../../ui/icon.tsx'

/** `worded`: the word is shown; else it is said, and the sign stands for it. */
export function VerifiedBadge({
  contact,
  worded = false,
}: {
  readonly contact: ContactView
  readonly worded?: boolean
}) {
  if (!contact.verified || contact.keys !== 'known') return null
  return (
    <span class="verified">
      <Icon name="shield" size={16} />
      <span class={worded ? undefined : 'visually-hidden'}>Verified</span>
    </span>
  )
}
