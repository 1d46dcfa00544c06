// Puts a backup into an empty data folder.

import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { segmentsName } from '../blobs/segment-files.ts'
import { copyDurably, syncFolders } from '../durable.ts'
import { peerKeyName } from '../p2p/peer-key.ts'
import { pushKeyName } from '../push/push-key.ts'
import { SetupError } from '../setup-error.ts'
import { lockFolder, lockName } from '../storage/folder-lock.ts'
import { fileName } from '../storage/sqlite/file-name.ts'
import { schemaVersion } from '../storage/sqlite/schema.ts'
import { isHalfRestored, markHalfRestored, markName, markRestored } from './half-restored.ts'
import { readManifest } from './manifest.ts'

/**
 * The configuration file may be in the data folder already. A restore that was cut off is started over; until one has
 * come to its end, no relay starts there.
 * @throws SetupError
 */
export async function restoreBackup(options: {
  readonly source: string
  readonly dataDirectory: string
}): Promise<void> {
  const { source, dataDirectory } = options
  await readManifest(source)
  // Without it the relay would be another one to everybody.
  if (!existsSync(join(source, peerKeyName))) throw new SetupError(`The backup in ${source} lacks ${peerKeyName}.`)
  checkDatabase(join(source, fileName))
  await makeFolder(dataDirectory)
  using _lock = lockFolder(dataDirectory)
  if (isHalfRestored(dataDirectory)) await clear(dataDirectory)
  else if ((await contentOf(dataDirectory)).length > 0)
    throw new SetupError(`The data folder ${dataDirectory} is not empty. Move what is there away first.`)
  try {
    await markHalfRestored(dataDirectory)
    await copyAll(source, dataDirectory)
    await markRestored(dataDirectory)
  } catch (error) {
    await clear(dataDirectory)
    await markRestored(dataDirectory)
    throw new SetupError(`The backup could not be copied to ${dataDirectory}; nothing of it is left there.`, {
      cause: error,
    })
  }
}

async function copyAll(source: string, dataDirectory: string): Promise<void> {
  await copyDurably(join(source, peerKeyName), join(dataDirectory, peerKeyName))
  // One from before there were wake-ups has none, and the relay makes it.
  if (existsSync(join(source, pushKeyName)))
    await copyDurably(join(source, pushKeyName), join(dataDirectory, pushKeyName))
  const segments = join(source, segmentsName)
  for (const entry of await readdir(segments, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue
    const folder = join(dataDirectory, segmentsName, relative(segments, entry.parentPath))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await copyDurably(join(entry.parentPath, entry.name), join(folder, entry.name))
  }
  await copyDurably(join(source, fileName), join(dataDirectory, fileName))
  await syncFolders(join(dataDirectory, segmentsName))
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new SetupError(`The data folder ${path} cannot be made. Choose another with --data.`, { cause: error })
  }
}

/** But for what the operator may have put there before, and what the restore itself needs. */
async function contentOf(dataDirectory: string): Promise<readonly string[]> {
  return (await readdir(dataDirectory)).filter((name) => !name.endsWith('.toml') && name !== lockName)
}

/** The mark stays, and goes last. */
async function clear(dataDirectory: string): Promise<void> {
  for (const name of await contentOf(dataDirectory))
    if (name !== markName) await rm(join(dataDirectory, name), { recursive: true, force: true })
}

function checkDatabase(path: string): void {
  const damaged = `The database of the backup is damaged. Take another backup.`
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      const result = database.prepare('PRAGMA integrity_check').get()?.['integrity_check']
      if (result !== 'ok') throw new SetupError(damaged)
      const version = database.prepare('PRAGMA user_version').get()?.['user_version']
      if (typeof version !== 'number' || version > schemaVersion)
        throw new SetupError('The backup was made by a newer version of the relay. Install that version first.')
    } finally {
      database.close()
    }
  } catch (error) {
    throw error instanceof SetupError ? error : new SetupError(damaged, { cause: error })
  }
}
