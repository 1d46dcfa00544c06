// What survives a power cut.

import { chmod, constants, copyFile, open } from 'node:fs/promises'

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
