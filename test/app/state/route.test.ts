import { describe, expect, it } from 'vitest'
import { fromHere } from '../../../src/app/state/from-here.ts'
import { href, parseRoute, startRouter } from '../../../src/app/state/route.ts'
import type { Route } from '../../../src/app/state/route.ts'

/** As much of a window as the router uses. */
function fakeWindow(hash: string) {
  const stored = new Map<string, string>()
  const entries = [{ hash, state: null as unknown }]
  let at = 0
  const target = new EventTarget()
  const origin = 'https://relay.example/'
  const window = {
    addEventListener: target.addEventListener.bind(target),
    location: {
      origin: 'https://relay.example',
      get hash() {
        return entries[at]?.hash ?? ''
      },
      get href() {
        return origin + (entries[at]?.hash ?? '')
      },
    },
    history: {
      get state() {
        return entries[at]?.state
      },
      replaceState: (state: unknown, _title: string, to: string) => (entries[at] = { hash: to, state }),
      pushState(state: unknown, _title: string, to: string) {
        entries.splice((at += 1), Infinity, { hash: to, state })
      },
      back() {
        at -= 1
        target.dispatchEvent(new Event('popstate'))
      },
    },
    sessionStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    },
  }
  return { window: window as object as Window, entries, stored }
}

describe('places', () => {
  const places: readonly Route[] = [
    { page: 'conversations' },
    { page: 'settings' },
    { page: 'conversation', id: 'c0a1' },
    { page: 'conversation', id: 'c0a1', panel: 'verify' },
    { page: 'conversation', id: 'c0a1', media: 'ab12.0' },
  ]
  it.each(places)('writes and reads %o', (place) => {
    expect(parseRoute(href(place))).toEqual(place)
  })
  it.each(['#nowhere', '#c/', '#c/<b>', ''])('takes %s for the list', (hash) => {
    expect(parseRoute(hash)).toEqual({ page: 'conversations' })
  })
})

describe('an invite link', () => {
  it.each(['#i/', '#g/'])('is taken out of the address and the history at once: %s', (kind) => {
    const { window, entries } = fakeWindow(`${kind}c2VjcmV0`)
    const router = startRouter(window)
    expect(router.invite.value).toBe(`https://relay.example/${kind}c2VjcmV0`)
    expect(router.route.value).toEqual({ page: 'connect' })
    expect(JSON.stringify(entries)).not.toContain('c2VjcmV0')
  })

  it('survives a reload of the tab, and nothing after it was used', () => {
    const { window, stored } = fakeWindow('#i/c2VjcmV0')
    startRouter(window)
    const again = startRouter(window)
    expect(again.invite.value).toContain('c2VjcmV0')
    again.forgetInvite()
    expect(again.invite.value).toBeUndefined()
    expect(stored.size).toBe(0)
  })
})

it('works where site data is blocked and even asking for storage throws', () => {
  const { window } = fakeWindow('#i/c2VjcmV0')
  Object.defineProperty(window, 'sessionStorage', {
    get() {
      throw new DOMException('blocked', 'SecurityError')
    },
  })
  const router = startRouter(window)
  expect(router.invite.value).toContain('c2VjcmV0')
  router.forgetInvite()
  expect(router.invite.value).toBeUndefined()
})

describe('leaving', () => {
  it('goes back to where it came from', () => {
    const { window, entries } = fakeWindow('#c/a1')
    const router = startRouter(window)
    router.go({ page: 'conversation', id: 'a1', media: 'ff.0' })
    router.leave({ page: 'conversation', id: 'a1' })
    expect(router.route.value).toEqual({ page: 'conversation', id: 'a1' })
    expect(entries).toHaveLength(2)
  })

  it('goes up from a place that the page was opened on', () => {
    const { window, entries } = fakeWindow('#c/a1/media/ff.0')
    const router = startRouter(window)
    router.leave({ page: 'conversation', id: 'a1' })
    expect(router.route.value).toEqual({ page: 'conversation', id: 'a1' })
    expect(entries).toHaveLength(1)
  })
})

describe('a place that is held', () => {
  it('is not left by going back, nor by a way within the page, until it is let go', () => {
    const { window } = fakeWindow('#settings')
    const router = startRouter(window)
    router.go({ page: 'conversation', id: 'a1' })
    let asked = 0
    const letGo = router.hold(() => (asked += 1))
    window.history.back()
    expect(asked).toBe(1)
    router.go({ page: 'profile' })
    expect(asked).toBe(2)
    expect(router.route.value).toEqual({ page: 'conversation', id: 'a1' })
    expect(window.location.hash).toBe('#c/a1')
    letGo()
    window.history.back()
    expect(router.route.value).toEqual({ page: 'settings' })
    expect(asked).toBe(2)
  })
})

describe('a way on from here', () => {
  it('leads on for who has stayed', () => {
    const { window, entries } = fakeWindow('#requests')
    const router = startRouter(window)
    const goOn = fromHere(router)
    goOn({ page: 'conversation', id: 'a1' })
    expect(router.route.value).toEqual({ page: 'conversation', id: 'a1' })
    expect(entries.map(({ hash }) => hash)).toEqual(['#requests', '#c/a1'])
  })

  it('leads nowhere for who has gone elsewhere, also when they are back', () => {
    const { window, entries } = fakeWindow('#requests')
    const router = startRouter(window)
    const goOn = fromHere(router)
    router.go({ page: 'profile' })
    goOn({ page: 'conversation', id: 'a1' })
    expect(router.route.value).toEqual({ page: 'profile' })
    router.leave({ page: 'requests' })
    goOn({ page: 'conversation', id: 'a1' }, { replace: true })
    expect(router.route.value).toEqual({ page: 'requests' })
    expect(entries.map(({ hash }) => hash)).toEqual(['#requests', '#profile'])
  })
})

describe('a link to join a relay', () => {
  it('leaves the address bar at once, and is kept until it is used or declined', () => {
    const { window } = fakeWindow('#join/AAECAwQFBgcICQoLDA0ODw')
    const router = startRouter(window)
    expect(router.join.value).toBe('https://relay.example/#join/AAECAwQFBgcICQoLDA0ODw')
    expect(window.location.hash).toBe('#join')
    expect(router.route.value).toEqual({ page: 'join' })
    expect(startRouter(window).join.value).toContain('AAECAwQF')
    router.forgetJoin()
    expect(router.join.value).toBeUndefined()
    expect(startRouter(window).join.value).toBeUndefined()
  })

  it('is opened from another place, also of another relay, beside an invite', () => {
    const router = startRouter(fakeWindow('#i/c2VjcmV0').window)
    router.openJoin('https://other.example/#join/AAECAwQFBgcICQoLDA0ODw')
    expect(router.route.value).toEqual({ page: 'join' })
    expect(router.join.value).toContain('other.example')
    expect(router.invite.value).toContain('c2VjcmV0')
  })
})
