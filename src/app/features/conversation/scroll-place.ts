// Where in a conversation the person is, by message and not by pixel, so that a reload finds it again. Kept for this
// tab and the conversation that is open, no longer.

import { keptIn } from '../../state/kept.ts'

const placeKey = 'safelight:place'
const kept = keptIn(() => sessionStorage)

export interface Place {
  /** The first message in view. */
  readonly order: number
  /** Its top edge, below the top of the view. */
  readonly offsetPx: number
}

/** What was saved before this page was loaded; it counts once, for the conversation that is opened first. */
let fromBefore = read()

export function savedPlace(conversationId: string): Place | undefined {
  const saved = fromBefore
  fromBefore = undefined
  return saved?.conversationId === conversationId ? saved.place : undefined
}

export function savePlace(conversationId: string, place: Place | undefined): void {
  kept.set(placeKey, place && JSON.stringify({ conversationId, place }))
}

/** The first message of which something is in view. */
export function placeOf(scroller: HTMLElement): Place | undefined {
  const top = scroller.getBoundingClientRect().top
  for (const article of scroller.querySelectorAll<HTMLElement>('[data-order]')) {
    const box = article.getBoundingClientRect()
    if (box.bottom > top) return { order: Number(article.dataset['order']), offsetPx: Math.round(box.top - top) }
  }
  return undefined
}

/** Brings a message into view, marked until the person goes on; it gets the focus. False: it is not there. */
export function showFound(scroller: HTMLElement, order: number): boolean {
  const article = articleAt(scroller, order)
  if (article === null) return false
  // Messages outside of the view have an estimated height until they come into it, and what is above loads meanwhile.
  let framesLeft = 8
  const settle = () => {
    article.scrollIntoView({ block: 'center' })
    framesLeft -= 1
    if (framesLeft > 0) requestAnimationFrame(settle)
  }
  settle()
  article.dataset['found'] = ''
  article.addEventListener('blur', () => delete article.dataset['found'], { once: true })
  article.focus({ preventScroll: true })
  return true
}

const articleAt = (scroller: HTMLElement, order: number) =>
  scroller.querySelector<HTMLElement>(`[data-order="${order}"]`)

export function showPlace(scroller: HTMLElement, place: Place): void {
  const show = () => {
    const article = articleAt(scroller, place.order)
    if (article === null) return
    const top = article.getBoundingClientRect().top - scroller.getBoundingClientRect().top
    scroller.scrollTop += top - place.offsetPx
  }
  show()
  // Messages outside of the view have an estimated height until they come into it.
  requestAnimationFrame(() => {
    show()
    requestAnimationFrame(show)
  })
}

function read(): { readonly conversationId: string; readonly place: Place } | undefined {
  const stored = kept.get(placeKey)
  if (stored === undefined) return undefined
  const { conversationId, place } = JSON.parse(stored) as { conversationId: string; place: Place }
  return { conversationId, place }
}
