// Where the person is: the part of the address after `#`. An invite's secret is taken out of it at once, so that it
// stays in no address bar, screenshot or list of pages to go back to. The browser's history on the disk has it by then.

import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { keptIn } from './kept.ts'

const panels = ['about', 'verify', 'gallery', 'search'] as const
type Panel = (typeof panels)[number]

export type Route =
  | { readonly page: 'conversations' | 'requests' | 'posts' | 'profile' | 'settings' | 'connect' | 'join' }
  | { readonly page: 'conversation'; readonly id: string; readonly panel?: Panel; readonly media?: string }

const simplePages = ['requests', 'posts', 'profile', 'settings', 'connect', 'join'] as const
/** Marks a place in history that was entered from another place of this page. */
const enteredHere = 'entered'
/** Survives a reload of this tab, and lies on the disk for that; removed when the invite is used or declined. */
const inviteKey = 'safelight:invite'
const joinKey = 'safelight:join'

export function parseRoute(hash: string): Route {
  const [first = '', id, panel, media] = hash.replace(/^#/, '').split('/')
  if (first === 'c' && id !== undefined && /^[0-9a-f]+$/.test(id)) {
    if (panel === 'media' && media !== undefined) return { page: 'conversation', id, media }
    const known = panels.find((name) => name === panel)
    return { page: 'conversation', id, ...(known === undefined ? {} : { panel: known }) }
  }
  const page = simplePages.find((name) => name === first)
  return { page: page ?? 'conversations' }
}

export function href(route: Route): string {
  if (route.page !== 'conversation') return route.page === 'conversations' ? '#' : `#${route.page}`
  if (route.media !== undefined) return `#c/${route.id}/media/${route.media}`
  return route.panel === undefined ? `#c/${route.id}` : `#c/${route.id}/${route.panel}`
}

export interface Router {
  readonly route: ReadonlySignal<Route>
  /** The link that this page was opened with, until it is used or declined. */
  readonly invite: ReadonlySignal<string | undefined>
  /** The same of a link to join a relay. */
  readonly join: ReadonlySignal<string | undefined>
  go(route: Route, options?: { readonly replace?: boolean }): void
  /** Leaves a place that was entered by `go`: back in history, so that the back key does not return to it. */
  leave(to: Route): void
  openInvite(link: string): void
  forgetInvite(): void
  openJoin(link: string): void
  forgetJoin(): void
  /** While it stands, every way from here, the browser's `Back` too, leads to `onLeave` alone. Gives what lets it go. */
  hold(onLeave: () => void): () => void
}

export function startRouter(window: Window): Router {
  const { history, location } = window
  const kept = keptIn(() => window.sessionStorage)
  const route = signal<Route>({ page: 'conversations' })
  const invite = signal<string | undefined>(kept.get(inviteKey))

  const join = signal<string | undefined>(kept.get(joinKey))

  const holders: (() => void)[] = []

  const keepJoin = (link: string | undefined) => {
    kept.set(joinKey, link)
    join.value = link
  }
  const keepInvite = (link: string | undefined) => {
    kept.set(inviteKey, link)
    invite.value = link
  }
  const read = () => {
    // Of a person, or to ask to join a group.
    if (/^#[ig]\//.test(location.hash)) {
      const link = location.href
      history.replaceState(history.state, '', '#connect')
      keepInvite(link)
    } else if (location.hash.startsWith('#join/')) {
      keepJoin(`${location.origin}/${location.hash}`)
      history.replaceState(history.state, '', '#join')
    }
    const to = parseRoute(location.hash)
    const holder = holders.at(-1)
    if (holder !== undefined && href(to) !== href(route.value)) {
      history.pushState(enteredHere, '', href(route.value))
      return holder()
    }
    route.value = to
  }
  read()
  window.addEventListener('hashchange', read)
  window.addEventListener('popstate', read)

  const go: Router['go'] = (to, options) => {
    if (href(to) === href(route.value)) return
    const holder = holders.at(-1)
    if (holder !== undefined) return holder()
    if (options?.replace === true) {
      history.replaceState(history.state, '', href(to))
    } else {
      history.pushState(enteredHere, '', href(to))
    }
    route.value = to
  }
  return {
    route,
    invite,
    join,
    go,
    leave(to) {
      if (history.state === enteredHere) history.back()
      else go(to, { replace: true })
    },
    openInvite(link) {
      keepInvite(link)
      go({ page: 'connect' })
    },
    forgetInvite: () => keepInvite(undefined),
    openJoin(link) {
      keepJoin(link)
      go({ page: 'join' })
    },
    forgetJoin: () => keepJoin(undefined),
    hold(onLeave) {
      const holder = () => onLeave()
      holders.push(holder)
      return () => void holders.splice(holders.indexOf(holder), 1)
    },
  }
}
