// Storage of a Node process: one folder per profile.
//
//   records.db     rows, sealed (SQLite; also -wal and -shm while open)
//   blobs/<id>     media segments, as the ciphertext they travel as
//   vault.key      the key the rows are sealed with; not there while a passphrase is set
//   profile.lock   held by the one process that has the profile open

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from '../messenger/ports.ts'
import type { Unlock } from '../messenger/ports/vault.ts'
import type { Bytes, Random } from '../protocol/bytes.ts'
import { openNodeBlobStore } from './node/blob-folder.ts'
import { nodeStorageError } from './node/errors.ts'
import { keyFile } from './node/key-file.ts'
import { acquireProfileLock } from './node/profile-lock.ts'
import { openSqliteRows } from './node/sqlite-rows.ts'
import { stretchInThread } from './node/stretch.ts'
import { sealedStore } from './sealed-store.ts'
import { Opened } from './storage.ts'
import type { OpenStorage } from './storage.ts'
import { openVault } from './vault.ts'

const recordsFile = 'records.db'

export interface NodeStorageOptions {
  readonly directory: string
  readonly random: Random
  /** Asked where the folder alone does not open the profile. */
  readonly unlock?: Unlock | undefined
  /** What all media together may reserve; without it, what the disk has. */
  readonly quotaBytes?: number
  /** Until another process lets go of the profile, instead of throwing `locked`. */
  readonly wait?: boolean
  /** Ends the waiting; its reason is thrown. */
  readonly signal?: AbortSignal
}

/**
 * Opens the profile in this folder, or creates it.
 * @throws StorageError `locked` while another process has it, `sealed` and `wrong-secret` when the folder alone does not
 * open it, `damaged` rather than ever starting anew over old data
 */
export async function openNodeStorage(options: NodeStorageOptions): Promise<OpenStorage> {
  const { directory, random, quotaBytes, unlock } = options
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw nodeStorageError(error)
  })
  const opened = new Opened()
  try {
    opened.add(await acquireProfileLock(options))
    const engine = openSqliteRows(join(directory, recordsFile))
    opened.add(() => engine.close())
    const device = keyFile(directory)
    const open = await openVault({ engine, device, stretch: stretchInThread, random, unlock })
    opened.add(() => open.close())
    const { vault, vaultKey } = open
    const blobs = await openNodeBlobStore({
      directory: join(directory, 'blobs'),
      ...(quotaBytes === undefined ? {} : { quotaBytes }),
    })
    opened.add(() => blobs.close())
    return { store: sealedStore(engine, { vaultKey, random }), blobs, vault, release: () => opened.close() }
  } catch (error) {
    await opened.close().catch(() => {})
    throw error
  }
}

/** The records alone, for a caller that has the vault key and the profile's lock. @throws StorageError `damaged` */
export async function openNodeStore(options: {
  readonly directory: string
  readonly random: Random
  readonly vaultKey: Bytes
}): Promise<Store> {
  return sealedStore(openSqliteRows(join(options.directory, recordsFile)), options)
}
