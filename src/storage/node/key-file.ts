// The device's slot on Node: the vault key in a file that only its owner may read. It protects against other users of
// the machine, and against nobody who can read the owner's files, for example in a backup of the folder.

import { open, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { concatBytes } from '../../protocol/bytes.ts'
import type { KeySlot } from '../vault.ts'
import { isNotFound, nodeStorageError } from './errors.ts'
import { syncFolder } from './sync-folder.ts'

const fileName = 'vault.key'
const version = 1
const vaultKeyBytes = 32

export function keyFile(directory: string): KeySlot {
  const path = join(directory, fileName)
  // The key too, in whole or in part, whenever the writing of it was cut off.
  const unfinished = `${path}.new`
  return {
    async load(): Promise<Bytes | undefined> {
      const bytes = await readIfThere(path)
      if (bytes === undefined) return undefined
      if (bytes.length !== 1 + vaultKeyBytes || bytes[0] !== version) throw new StorageError('damaged')
      return bytes.slice(1)
    },

    async save(vaultKey: Bytes): Promise<void> {
      try {
        const file = await open(unfinished, 'w', 0o600)
        try {
          await file.writeFile(concatBytes(Uint8Array.of(version), vaultKey))
          await file.sync()
        } finally {
          await file.close()
        }
        // Whole or not at all: half a key would look like a damaged profile.
        await rename(unfinished, path)
        await syncFolder(directory)
      } catch (error) {
        await unlinkIfThere(unfinished).catch(() => {})
        throw nodeStorageError(error)
      }
    },

    async remove(): Promise<void> {
      for (const file of [unfinished, path]) await unlinkIfThere(file)
      // Also when nothing was there: whoever removed it may have been cut off before the folder knew.
      await syncFolder(directory).catch((error: unknown) => {
        throw nodeStorageError(error)
      })
    },
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isNotFound(error)) throw nodeStorageError(error)
  }
}

async function readIfThere(path: string): Promise<Bytes | undefined> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw nodeStorageError(error)
  }
}
