// Beside the conversation where there is room, over it on phones.

import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { href } from '../../state/route.ts'
import { Icon } from '../../ui/icon.tsx'
import '../../styles/contact.css'

export function Panel({
  title,
  conversationId,
  children,
}: {
  readonly title: string
  readonly conversationId: string
  readonly children: ComponentChildren
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  // What led here may be under the panel now. Where the panel was scrolled to is not for the focus to change.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <aside class="panel" aria-label={title}>
      <header class="panel-head">
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <a class="icon-button" href={href({ page: 'conversation', id: conversationId })} aria-label="Close">
          <Icon name="close" />
        </a>
      </header>
      {children}
    </aside>
  )
}
