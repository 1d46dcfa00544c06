import { describe, expect, it } from 'vitest'
import { createShell } from '../../../src/app/sw/shell.ts'

/** Caches in memory, and a network that can be cut. */
function device() {
  const stored = new Map<string, Map<string, string>>()
  const network = new Map<string, string>()
  let cut = false
  const url = (request: Request | string) =>
    new URL(typeof request === 'string' ? request : request.url, 'https://x').pathname
  const fetch = async (request: Request | string) => {
    const body = cut ? undefined : network.get(url(request))
    if (body === undefined && cut) throw new TypeError('no network')
    return new Response(body ?? null, { status: body === undefined ? 404 : 200 })
  }
  const caches = {
    async open(name: string) {
      const cache = stored.get(name) ?? new Map<string, string>()
      stored.set(name, cache)
      return {
        async addAll(requests: readonly (Request | string)[]) {
          for (const request of requests) cache.set(url(request), network.get(url(request)) ?? '')
        },
      }
    },
    keys: async () => [...stored.keys()],
    delete: async (name: string) => stored.delete(name),
    async match(request: Request | string, { cacheName }: { cacheName?: string } = {}) {
      const among = [...stored].flatMap(([name, files]) => (name === (cacheName ?? name) ? [files] : []))
      const body = among.find((files) => files.has(url(request)))?.get(url(request))
      return body === undefined ? undefined : new Response(body)
    },
  }
  return {
    network,
    stored,
    cut: () => (cut = true),
    shell: (files: readonly string[]) =>
      createShell(
        files.map((file) => `https://x${file}`),
        caches as object as CacheStorage,
        fetch as typeof globalThis.fetch,
      ),
  }
}
const request = (path: string) => new Request(`https://x${path}`)

describe('the page without a network', () => {
  it('opens from what was kept', async () => {
    const { network, shell, cut } = device()
    network.set('/', 'page').set('/assets/a.js', 'code')
    const kept = shell(['/', '/assets/a.js'])
    await kept.fill()
    cut()
    expect(await (await kept.page(request('/'))).text()).toBe('page')
    expect(await (await kept.asset(request('/assets/a.js'))).text()).toBe('code')
  })
})

describe('a new build', () => {
  it('is shown as soon as the network has it', async () => {
    const { network, shell } = device()
    network.set('/', 'old')
    const kept = shell(['/'])
    await kept.fill()
    network.set('/', 'new').set('/assets/new.js', 'code')
    expect(await (await kept.page(request('/'))).text()).toBe('new')
    expect(await (await kept.asset(request('/assets/new.js'))).text()).toBe('code')
  })

  it('leaves the pages of the build before it their files', async () => {
    const { network, shell } = device()
    network.set('/', 'old').set('/assets/a.js', 'a')
    await shell(['/', '/assets/a.js']).fill()
    network.set('/', 'new').set('/assets/b.js', 'b').delete('/assets/a.js')
    const newer = shell(['/', '/assets/b.js'])
    await newer.fill()
    await newer.removeOld()
    expect(await (await newer.asset(request('/assets/a.js'))).text()).toBe('a')
    network.delete('/')
    expect(await (await newer.page(request('/'))).text()).toBe('new')
  })

  it('takes the place of all builds before that one', async () => {
    const { network, stored, shell } = device()
    for (const build of ['a', 'b', 'c']) {
      network.set('/', build).set(`/assets/${build}.js`, build)
      const newer = shell(['/', `/assets/${build}.js`])
      await newer.fill()
      await newer.removeOld()
    }
    expect([...stored.values()].map((files) => [...files.keys()])).toEqual([
      ['/', '/assets/b.js'],
      ['/', '/assets/c.js'],
    ])
  })
})

it('shows the kept page when the server is in trouble', async () => {
  const { network, shell } = device()
  network.set('/', 'page')
  const kept = shell(['/'])
  await kept.fill()
  network.delete('/')
  expect(await (await kept.page(request('/'))).text()).toBe('page')
})
