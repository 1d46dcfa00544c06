// The folder of this tab for converted videos that wait to be sealed. A lock that lives as long as the tab says that it
// is in use; a folder without its lock was left behind by a tab that ended, and is removed at the next start.

/** Below the root of the origin private file system. */
const rootName = 'media-scratch'

export interface ScratchFolder {
  /** From the root of the origin private file system. */
  readonly path: readonly string[]
  /** Removes the files of this tab that nobody uses. */
  tidy(isUsed: (name: string) => boolean): Promise<void>
}

/** Undefined where the browser has no files or no locks. Removes what other tabs left behind. */
export function openScratchFolder(): ScratchFolder | undefined {
  if (!('locks' in navigator) || !('storage' in navigator) || !('getDirectory' in navigator.storage)) return undefined
  const name = crypto.randomUUID()
  void navigator.locks.request(lockName(name), () => new Promise<void>(() => {})).catch(() => {})
  void sweep(name).catch(() => {})
  return {
    path: [rootName, name],
    async tidy(isUsed) {
      const folder = await (await root()).getDirectoryHandle(name)
      for await (const file of folder.keys()) {
        // Still open in a worker that is being ended: the next time.
        if (!isUsed(file)) await folder.removeEntry(file).catch(() => {})
      }
    },
  }
}

async function sweep(own: string): Promise<void> {
  const folder = await root()
  for await (const name of folder.keys()) {
    if (name === own) continue
    await navigator.locks.request(lockName(name), { ifAvailable: true }, async (lock) => {
      if (lock !== null) await folder.removeEntry(name, { recursive: true })
    })
  }
}

/** Rejects when there was never one. */
async function root(): Promise<FileSystemDirectoryHandle> {
  return await (await navigator.storage.getDirectory()).getDirectoryHandle(rootName)
}

function lockName(folder: string): string {
  return `safelight-${rootName}-${folder}`
}
