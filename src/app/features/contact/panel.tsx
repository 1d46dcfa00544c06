// Beside the conversation where there is room, over it on phones.

import type { ComponentChildren } from 'preact'
import { href } from '../../state/route.ts'
import { Icon } from '../../ui/icon.tsx'

export function Panel({
  title,
  conversationId,
  children,
}: {
  readonly title: string
  readonly conversationId: string
  readonly children: ComponentChildren
}) {
  return (
    <aside class="panel" aria-label={title}>
      <header class="panel-head">
        <h2>{title}</h2>
        <a class="icon-button" href={href({ page: 'conversation', id: conversationId })} aria-label="Close">
          <Icon name="close" />
        </a>
      </header>
      {children}
    </aside>
  )
}
