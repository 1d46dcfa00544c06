import { afterEach, describe, expect, it, vi } from 'vitest'
import { browserUplink } from '../src/browser-uplink.ts'

afterEach(() => vi.unstubAllGlobals())

/** A browser that says this of its connection. */
function browser(type?: string): EventTarget {
  const connection = Object.assign(new EventTarget(), type === undefined ? {} : { type })
  vi.stubGlobal('navigator', { connection })
  return connection
}

describe('by what a browser is connected', () => {
  it.each([
    ['wifi', 'wifi'],
    ['ethernet', 'wifi'],
    ['cellular', 'mobile'],
    ['bluetooth', 'mobile'],
    ['wimax', 'mobile'],
    ['none', undefined],
    ['other', undefined],
    ['unknown', undefined],
    ['constructor', undefined],
    [undefined, undefined],
  ])('%s is taken for %s', (type, kind) => {
    browser(type)
    expect(browserUplink().kind()).toBe(kind)
  })

  it('is not known where the browser has no word for it', () => {
    vi.stubGlobal('navigator', {})
    const uplink = browserUplink()
    uplink.onChange(() => {}, { signal: new AbortController().signal })
    expect(uplink.kind()).toBeUndefined()
  })

  it('is heard of when it changes, until nobody listens', () => {
    const connection = browser('wifi')
    const uplink = browserUplink()
    const end = new AbortController()
    const heard: unknown[] = []
    uplink.onChange(() => heard.push(uplink.kind()), { signal: end.signal })
    Reflect.set(connection, 'type', 'cellular')
    connection.dispatchEvent(new Event('change'))
    end.abort()
    connection.dispatchEvent(new Event('change'))
    expect(heard).toEqual(['mobile'])
  })
})
