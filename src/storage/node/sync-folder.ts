// A new or renamed file survives a power failure only when its folder was synced too.

import { open } from 'node:fs/promises'

export async function syncFolder(directory: string): Promise<void> {
  // Windows opens no folders, and needs none of this.
  if (process.platform === 'win32') return
  const folder = await open(directory, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
