// All media of a conversation by month, newest first; older ones are read when the end comes into view. What is to be
// viewed once is never in it.

import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { Panel } from '../contact/panel.tsx'
import { useInView } from '../../ui/use-in-view.ts'
import { GalleryItem } from './gallery-item.tsx'
import { byMonth, kinds } from './months.ts'
import type { Kind } from './months.ts'
import '../../styles/tiles.css'
import '../../styles/gallery.css'

export function Gallery({ conversationId }: { readonly conversationId: string }) {
  const { model } = useApp()
  const thread = model.thread(conversationId, 'media')
  const [kind, setKind] = useState<Kind>('photo')
  const months = byMonth(
    thread.messages.value.map(({ value }) => value),
    kind,
  )
  const isComplete = thread.complete.value
  return (
    <Panel title="Photos, videos and files" conversationId={conversationId}>
      <div class="gallery">
        <Kinds kind={kind} onKind={setKind} />
        <div role="tabpanel" id="gallery-items" aria-labelledby={`gallery-${kind}`} tabIndex={-1}>
          {months.map(({ name, items }) => (
            <section key={name} aria-label={name}>
              <h3 class="gallery-month">{name}</h3>
              <ul class={kind === 'photo' || kind === 'video' ? 'gallery-grid' : 'gallery-rows'}>
                {items.map((item) => (
                  <li key={item.attachment.id}>
                    <GalleryItem attachment={item.attachment} message={item.message} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
          {isComplete && months.length === 0 && <p class="empty">None in this conversation yet.</p>}
        </div>
        {!isComplete && <Older key={thread.messages.value.length} load={() => thread.loadOlder()} />}
      </div>
    </Panel>
  )
}

/** At the end of what is read. Made anew with each page, so that one which is still in view asks again. */
function Older({ load }: { readonly load: () => Promise<void> }) {
  const place = useRef<HTMLParagraphElement>(null)
  const inView = useInView(place, '600px')
  useEffect(() => {
    if (inView) void load().catch(() => undefined)
  }, [inView])
  return (
    <p class="hint gallery-older" ref={place} role="status">
      Looking further back
    </p>
  )
}

function Kinds({ kind, onKind }: { readonly kind: Kind; readonly onKind: (kind: Kind) => void }) {
  const tabs = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const rtl = getComputedStyle(document.documentElement).direction === 'rtl'
    const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[event.key]
    const next =
      step === undefined ? undefined : kinds.at((kinds.findIndex((entry) => entry.kind === kind) + step) % kinds.length)
    if (next === undefined) return
    event.preventDefault()
    onKind(next.kind)
    tabs.current?.querySelector<HTMLElement>(`#gallery-${next.kind}`)?.focus()
  }
  return (
    <div
      class="gallery-kinds"
      role="tablist"
      aria-label="Kinds of media"
      tabIndex={-1}
      ref={tabs}
      onKeyDown={onKeyDown}
    >
      {kinds.map((entry) => (
        <button
          key={entry.kind}
          type="button"
          role="tab"
          id={`gallery-${entry.kind}`}
          aria-selected={entry.kind === kind}
          aria-controls="gallery-items"
          tabIndex={entry.kind === kind ? 0 : -1}
          onClick={() => onKind(entry.kind)}
        >
          {entry.name}
        </button>
      ))}
    </div>
  )
}
