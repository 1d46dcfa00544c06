// Segments as files: `blobs/<last two hex digits of the folder>/<folder>/<segment>`. A file is written beside its place,
// made durable, then renamed, so that under its name there is a whole segment or nothing.

import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { copyDurably, syncPath } from '../durable.ts'
import { SetupError } from '../setup-error.ts'
import { StoreError } from '../storage/store.ts'

export interface SegmentFiles {
  /** Resolves once the segment survives a power cut. @throws StoreError */
  write(folder: number, segment: number, bytes: Uint8Array): Promise<void>
  /** Undefined: there is no such file. @throws StoreError */
  read(folder: number, segment: number): Promise<Uint8Array | undefined>
  /** Puts a copy of a segment into a backup's folder. False: there is no such file. Rejects with the system's error. */
  copy(folder: number, segment: number, backupDirectory: string): Promise<boolean>
  /** Rejects when something is left; the search for orphans finds it again. */
  removeFolder(folder: number): Promise<void>
  /** Half files that an earlier process left, killed while it wrote them. */
  removeUnfinished(): Promise<void>
  /** All folders there are, for the search for orphans. */
  folders(): AsyncIterable<number>
}

export const segmentsName = 'blobs'
const temporarySuffix = '.part'

/** @throws SetupError */
export async function openSegmentFiles(dataDirectory: string): Promise<SegmentFiles> {
  const root = join(dataDirectory, segmentsName)
  try {
    await mkdir(root, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new SetupError(`The folder ${segmentsName} in the data folder cannot be written. Check its permissions.`, {
      cause: error,
    })
  }

  const folderPath = (folder: number): string => join(root, placeOf(folder))
  // Names what this process is writing; the rest was left by one that ended in the middle.
  const own = `.${randomUUID()}${temporarySuffix}`
  let written = 0
  const making = new Map<number, Promise<void>>()

  /** Who finds a folder that another call has just made must not be done before its name is durable. */
  async function makeFolder(folder: number): Promise<void> {
    const others = making.get(folder)
    if (others !== undefined) return others
    const directory = folderPath(folder)
    const made = (async () => {
      if ((await mkdir(directory, { recursive: true, mode: 0o700 })) === undefined) return
      await syncPath(dirname(directory))
      await syncPath(root)
    })()
    making.set(folder, made)
    try {
      await made
    } finally {
      making.delete(folder)
    }
  }

  return {
    async write(folder, segment, bytes) {
      const directory = folderPath(folder)
      const target = join(directory, String(segment))
      const temporary = `${target}.${written++}${own}`
      try {
        await makeFolder(folder)
        await writeDurably(temporary, bytes)
        await rename(temporary, target)
        await syncPath(directory)
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined)
        // The folder was removed to make room while this was being written.
        throw codeOf(error) === 'ENOENT' ? new StoreError('disk-full', { cause: error }) : toStoreError(error)
      }
    },

    async read(folder, segment) {
      try {
        return await readFile(join(folderPath(folder), String(segment)))
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined
        throw toStoreError(error)
      }
    },

    async copy(folder, segment, backupDirectory) {
      const source = join(folderPath(folder), String(segment))
      const target = join(backupDirectory, segmentsName, placeOf(folder), String(segment))
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      try {
        // A second name for the file would cost nothing, but what happens to one would happen to the other.
        await copyDurably(source, target)
        return true
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false
        throw error
      }
    },

    async removeFolder(folder) {
      // Again, when a segment that was being written has appeared in the folder meanwhile.
      await rm(folderPath(folder), { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
    },

    async removeUnfinished() {
      for await (const folder of foldersIn(root)) {
        const directory = folderPath(folder)
        for (const name of await readdir(directory).catch(() => []))
          if (name.endsWith(temporarySuffix) && !name.endsWith(own))
            await rm(join(directory, name), { force: true }).catch(() => undefined)
      }
    },

    folders: () => foldersIn(root),
  }
}

async function* foldersIn(root: string): AsyncIterable<number> {
  for (const shard of await readdir(root)) {
    for (const name of await readdir(join(root, shard)).catch(() => [])) {
      if (/^[1-9]\d{0,15}$/.test(name)) yield Number(name)
    }
  }
}

/** Folders spread over 256, since a folder with a million entries is slow in many file systems. */
function placeOf(folder: number): string {
  return join((folder & 0xff).toString(16).padStart(2, '0'), String(folder))
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function toStoreError(error: unknown): StoreError {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')
  return new StoreError(isFull ? 'disk-full' : 'failed', { cause: error })
}
