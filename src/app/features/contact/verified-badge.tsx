// Beside a name: this person compared the contact's account and marked it.

import { Icon } from '../../ui/icon.tsx'

/** `worded`: the word is shown; else it is said, and the sign stands for it. */
export function VerifiedBadge({ worded = false }: { readonly worded?: boolean }) {
  return (
    <span class="verified">
      <Icon name="shield" size={16} />
      <span class={worded ? undefined : 'visually-hidden'}>Verified</span>
    </span>
  )
}
