// A page beside the list: a heading, and what belongs to it.

import type { ComponentChildren } from 'preact'
import { href } from '../state/route.ts'
import { Icon } from './icon.tsx'

export function Page({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <div class="page">
      <div class="page-head">
        <h1>{title}</h1>
      </div>
      <div class="page-body">{children}</div>
    </div>
  )
}

export function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="section">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

/** Leads from a page back to the list, on phones. */
export function BackLink() {
  return (
    <a class="icon-button back-link" href={href({ page: 'conversations' })} aria-label="Back">
      <Icon name="back" />
    </a>
  )
}
