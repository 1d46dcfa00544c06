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
  return {
    async load(): Promise<Bytes | undefined> {
      const bytes = await readIfThere(path)
      if (bytes === undefined) return undefined
      if (bytes.length !== 1 + vaultKeyBytes || bytes[0] !== version) throw new StorageError('damaged')
      return bytes.slice(1)
    },

    async save(vaultKey: Bytes): Promise<void> {
      const unfinished = `${path}.new`
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
        throw nodeStorageError(error)
      }
    },

    async remove(): Promise<void> {
      try {
        await unlink(path)
        await syncFolder(directory)
      } catch (error) {
        if (!isNotFound(error)) throw nodeStorageError(error)
      }
    },
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
