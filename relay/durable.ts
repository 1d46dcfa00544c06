// What survives a power cut.

import { chmod, constants, copyFile, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A file's bytes, or the names that were added to or removed from a folder. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Readable by nobody else, as the relay makes its files; without taking room where the file system can. */
export async function copyDurably(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE)
  await chmod(target, 0o600)
  await syncPath(target)
}

/** The names in a folder and in all below it, and its own name. A folder that is not there is nothing to sync. */
export async function syncFolders(root: string): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return
  for (const entry of entries) if (entry.isDirectory()) await syncPath(join(entry.parentPath, entry.name))
  await syncPath(root)
  await syncPath(dirname(root))
}
