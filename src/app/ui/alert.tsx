// Says what went wrong where it went wrong, and is read out at once.

import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

export function Alert({
  children,
  actions,
}: {
  readonly children: ComponentChildren
  readonly actions?: ComponentChildren
}) {
  return (
    <div class="alert" role="alert">
      <Icon name="alert" size={20} />
      <p>{children}</p>
      {actions}
    </div>
  )
}
