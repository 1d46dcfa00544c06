// Scratch files in the origin private file system, in the folder of this tab; in memory where there is none.

import { MediaError } from '../../messenger/ports.ts'
import { memoryStore } from '../shared/scratch/memory-store.ts'
import type { ScratchStore, ScratchWriter } from '../shared/scratch/scratch-writer.ts'
import { createScratchWriter } from '../shared/scratch/scratch-writer.ts'

/** Only workers have it; the DOM library knows the scope of a page. */
interface SyncAccess {
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number
  flush(): void
  close(): void
}
type WorkerFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccess> }

/** Of one job. */
export interface Scratch {
  /** A new file. Discard it, or hand its name on to whoever removes it. */
  create(): Promise<ScratchWriter>
}

/** `folder`: of this tab, below the folder for all tabs; `prefix`: of the files of one job. */
export function scratchFiles(folder: readonly string[] | undefined, prefix: string): Scratch {
  let count = 0
  return {
    async create() {
      const name = `${prefix}${++count}`
      const store = folder === undefined ? undefined : await fileStore(folder, name).catch(() => undefined)
      return await createScratchWriter(store ?? memoryStore())
    },
  }
}

async function fileStore(path: readonly string[], name: string): Promise<ScratchStore> {
  let folder = await navigator.storage.getDirectory()
  for (const part of path) folder = await folder.getDirectoryHandle(part, { create: true })
  const handle = await folder.getFileHandle(name, { create: true })
  if (!isWorkerHandle(handle)) throw new MediaError('unreadable')
  const access = await handle.createSyncAccessHandle()
  return {
    write(at, bytes) {
      if (writeAll(access, bytes, at) !== bytes.length) throw new MediaError('no-room')
    },
    async finish() {
      access.flush()
      access.close()
      return { file: await handle.getFile(), name }
    },
    async discard() {
      access.close()
      await folder.removeEntry(name)
    },
  }
}

/** Less than all, or an error, where there is no room: browsers do the one or the other. */
function writeAll(access: SyncAccess, bytes: Uint8Array<ArrayBuffer>, at: number): number {
  try {
    return access.write(bytes, { at })
  } catch (cause) {
    throw new MediaError('no-room', { cause })
  }
}

function isWorkerHandle(handle: FileSystemFileHandle): handle is WorkerFileHandle {
  return 'createSyncAccessHandle' in handle
}
