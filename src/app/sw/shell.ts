// The page and its files, kept so that the app opens without a network. One cache per build: a new build brings a new
// worker (the list of files is part of it), fills its own cache and removes the old ones when it takes over.
//
// Pages come from the network first, so that nobody is stuck on an old build; files with a hash in their name never
// change, so they come from the cache first.

/** How long the page waits for the network before it shows what it has. */
const pageTimeoutMs = 2500
const prefix = 'safelight-shell-'

export interface Shell {
  fill(): Promise<void>
  removeOthers(): Promise<void>
  page(request: Request): Promise<Response>
  asset(request: Request): Promise<Response>
}

export function createShell(files: readonly string[], caches: CacheStorage, fetch: typeof globalThis.fetch): Shell {
  const name = prefix + versionOf(files)
  const cached = (request: Request | string) => caches.match(request, { cacheName: name })
  return {
    async fill() {
      const cache = await caches.open(name)
      // The page itself not from the browser's own cache, which may have it from an older build.
      await cache.addAll(files.map((file) => (file === '/' ? new Request(file, { cache: 'reload' }) : file)))
    },
    async removeOthers() {
      const names = await caches.keys()
      await Promise.all(
        names.filter((other) => other.startsWith(prefix) && other !== name).map((old) => caches.delete(old)),
      )
    },
    async page(request) {
      const kept = await cached('/')
      if (kept === undefined) return fetch(request)
      const network = fetch(request).then((response) => (response.ok ? response : kept))
      const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), pageTimeoutMs))
      return Promise.race([network.catch(() => kept), late])
    },
    async asset(request) {
      return (await cached(request)) ?? fetch(request)
    },
  }
}

/** Names hold the hash of what they hold, so the names together are the version. FNV-1a. */
function versionOf(files: readonly string[]): string {
  let hash = 0x811c9dc5
  for (const character of files.join('\n')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return hash.toString(16)
}
