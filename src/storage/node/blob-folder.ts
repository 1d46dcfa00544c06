// Segment files in a folder. A reserved file is sparse where the file system can do that.

import { mkdir, open, readdir, stat, statfs, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobStore } from '../../messenger/ports.ts'
import { StorageError } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import type { BlobFile, BlobFolder } from '../blob-file/blob-file.ts'
import { blobFiles } from '../blob-file/blob-files.ts'
import { isNotFound, nodeStorageError } from './errors.ts'
import { syncFolder } from './sync-folder.ts'

export interface NodeBlobOptions {
  readonly directory: string
  /** What all media together may reserve; without it, what the disk has. */
  readonly quotaBytes?: number
}

/** @throws StorageError `unavailable` when the folder cannot be made */
export async function openNodeBlobStore({ directory, quotaBytes }: NodeBlobOptions): Promise<BlobStore> {
  await attempt(() => mkdir(directory, { recursive: true, mode: 0o700 }))
  return blobFiles(nodeBlobFolder(directory, quotaBytes))
}

function nodeBlobFolder(directory: string, quotaBytes: number | undefined): BlobFolder {
  return {
    async open(name: string, create: boolean): Promise<BlobFile | undefined> {
      const path = join(directory, name)
      const existing = await openIfThere(path)
      if (existing || !create) return existing && blobFile(existing)
      const made = await attempt(() => open(path, 'wx+', 0o600))
      await attempt(() => syncFolder(directory))
      return blobFile(made)
    },

    async remove(name: string): Promise<void> {
      try {
        await unlink(join(directory, name))
      } catch (error) {
        if (!isNotFound(error)) throw nodeStorageError(error)
      }
    },

    list: () => attempt(() => readdir(directory)),

    async usage(): Promise<{ usedBytes: number; quotaBytes: number }> {
      return attempt(async () => {
        let usedBytes = 0
        for (const name of await readdir(directory)) usedBytes += (await stat(join(directory, name))).size
        if (quotaBytes !== undefined) return { usedBytes, quotaBytes }
        const { bavail, bsize } = await statfs(directory)
        return { usedBytes, quotaBytes: usedBytes + bavail * bsize }
      })
    },
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw nodeStorageError(error)
  }
}

function blobFile(handle: FileHandle): BlobFile {
  return {
    async read(at: number, length: number): Promise<Bytes> {
      const bytes = new Uint8Array(length)
      await attempt(async () => {
        for (let done = 0; done < length;) {
          const { bytesRead } = await handle.read(bytes, done, length - done, at + done)
          if (bytesRead === 0) throw new StorageError('damaged')
          done += bytesRead
        }
      })
      return bytes
    },
    async write(at: number, bytes: Bytes): Promise<void> {
      await attempt(async () => {
        for (let done = 0; done < bytes.length;) {
          done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten
        }
      })
    },
    flush: () => attempt(() => handle.datasync()),
    size: () => attempt(async () => (await handle.stat()).size),
    resize: (sizeBytes: number) => attempt(() => handle.truncate(sizeBytes)),
    close: () => attempt(() => handle.close()),
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw nodeStorageError(error)
  }
}
