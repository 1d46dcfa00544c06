// The page and its files, kept so that the app opens without a network. One cache per build: a new build brings a new
// worker (the list of files is part of it), fills its own cache and removes the old ones when it takes over. The newest
// of the old ones stays: pages of that build may be open still, and load more of their files.
//
// Pages come from the network first, so that nobody is stuck on an old build; files with a hash in their name never
// change, so they come from the cache first.

/** How long the page waits for the network before it shows what it has. */
const pageTimeoutMs = 2500
const prefix = 'safelight-shell-'

export interface Shell {
  fill(): Promise<void>
  removeOld(): Promise<void>
  page(request: Request): Promise<Response>
  asset(request: Request): Promise<Response>
}

export function createShell(files: readonly string[], caches: CacheStorage, fetch: typeof globalThis.fetch): Shell {
  const name = prefix + versionOf(files)
  return {
    async fill() {
      const cache = await caches.open(name)
      // The page itself not from the browser's own cache, which may have it from an older build.
      await cache.addAll(files.map((file) => (file === '/' ? new Request(file, { cache: 'reload' }) : file)))
    },
    async removeOld() {
      // In the order in which they were made.
      const others = (await caches.keys()).filter((other) => other.startsWith(prefix) && other !== name)
      await Promise.all(others.slice(0, -1).map((old) => caches.delete(old)))
    },
    async page(request) {
      const kept = await caches.match('/', { cacheName: name })
      if (kept === undefined) return fetch(request)
      const network = fetch(request).then((response) => (response.ok ? response : kept))
      const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), pageTimeoutMs))
      return Promise.race([network.catch(() => kept), late])
    },
    async asset(request) {
      // Of whichever build: a name holds the hash of what it names.
      return (await caches.match(request)) ?? fetch(request)
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
