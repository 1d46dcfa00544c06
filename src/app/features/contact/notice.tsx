// Something about a contact that the person should know or decide, above the place to write and beside it.

import type { ComponentChildren } from 'preact'
import { Icon } from '../../ui/icon.tsx'
import '../../styles/contact.css'

/** `urgent`: it is said at once, and stops something. */
export function Notice({
  label,
  title,
  urgent,
  words,
  actions,
  children,
}: {
  readonly label: string
  readonly title: string
  readonly urgent: boolean
  readonly words: ComponentChildren
  readonly actions: ComponentChildren
  /** What lies over it: dialogs. */
  readonly children?: ComponentChildren
}) {
  return (
    <>
      <section class={urgent ? 'keys-notice keys-waits' : 'keys-notice'} aria-label={label}>
        <Icon name={urgent ? 'alert' : 'info'} size={20} />
        <div class="keys-words" role={urgent ? 'alert' : 'status'}>
          {/* No heading: the one with the contact's name is the conversation's. */}
          <p class="keys-title">{title}</p>
          {words}
        </div>
        <div class="keys-actions">{actions}</div>
      </section>
      {children}
    </>
  )
}
