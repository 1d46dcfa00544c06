// Segment files in the origin private file system, through synchronous access handles. A handle locks its file against
// other writers; readers (the service worker) may look at the file meanwhile.

import { StorageError } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { BlobFile, BlobFolder } from '../blob-file/blob-file.ts'
import { domErrorName, domStorageError } from '../browser/dom-error.ts'
import { originUsage } from '../browser/usage.ts'

/**
 * The worker of a tab that was closed a moment ago may still hold its handles when the next tab takes over. Together
 * about two seconds; whoever holds a file longer than that is alive.
 */
const lockedRetriesMs = [10, 20, 50, 100, 200, 400, 600, 600]

/** @throws StorageError */
export async function opfsFolder(folderName: string): Promise<BlobFolder> {
  const folder = await attempt(async () => {
    const root = await navigator.storage.getDirectory()
    return root.getDirectoryHandle(folderName, { create: true })
  })
  return {
    async open(name: string, create: boolean): Promise<BlobFile | undefined> {
      const handle = await unlessMissing(() => folder.getFileHandle(name, { create }))
      return handle && blobFile(await whileLocked(() => handle.createSyncAccessHandle()))
    },
    remove: (name) => unlessMissing(() => whileLocked(() => folder.removeEntry(name))),
    list: () => attempt(() => Array.fromAsync(folder.keys())),
    usage: originUsage,
  }
}

function blobFile(access: FileSystemSyncAccessHandle): BlobFile {
  return {
    read: (at, length) =>
      attempt(async () => {
        const bytes: Bytes = new Uint8Array(length)
        if (access.read(bytes, { at }) !== length) throw new StorageError('damaged')
        return bytes
      }),
    write: (at, bytes) =>
      attempt(async () => {
        if (access.write(bytes, { at }) !== bytes.length) throw new StorageError('full')
      }),
    flush: () => attempt(async () => access.flush()),
    size: () => attempt(async () => access.getSize()),
    resize: (sizeBytes) => attempt(async () => access.truncate(sizeBytes)),
    close: () => attempt(async () => access.close()),
  }
}

async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  for (const delayMs of lockedRetriesMs) {
    try {
      return await work()
    } catch (error) {
      if (domErrorName(error) !== 'NoModificationAllowedError') throw error
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs))
  }
  return work()
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (domErrorName(error) === 'NotFoundError') return undefined
    throw domStorageError(error)
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw domStorageError(error)
  }
}
