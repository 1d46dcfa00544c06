// Puts a backup into an empty data folder.

import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { segmentsName } from '../blobs/segment-files.ts'
import { copyDurably, syncPath } from '../durable.ts'
import { peerKeyName } from '../p2p/peer-key.ts'
import { SetupError } from '../setup-error.ts'
import { fileName } from '../storage/sqlite/file-name.ts'
import { readManifest } from './manifest.ts'

/**
 * The configuration file may be in the data folder already. The database comes last, so a relay started on a restore
 * that was cut off finds an empty store and segments that nobody knows, and removes them.
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
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  const there = (await readdir(dataDirectory)).filter((name) => !name.endsWith('.toml'))
  if (there.length > 0)
    throw new SetupError(`The data folder ${dataDirectory} is not empty. Move what is there away first.`)
  try {
    const unfinished = join(dataDirectory, `${fileName}.restoring`)
    await copyDurably(join(source, peerKeyName), join(dataDirectory, peerKeyName))
    for (const entry of await readdir(join(source, segmentsName), { recursive: true, withFileTypes: true }).catch(
      () => [],
    )) {
      if (!entry.isFile()) continue
      const folder = join(dataDirectory, segmentsName, relative(join(source, segmentsName), entry.parentPath))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await copyDurably(join(entry.parentPath, entry.name), join(folder, entry.name))
    }
    await copyDurably(join(source, fileName), unfinished)
    await rename(unfinished, join(dataDirectory, fileName))
    await syncPath(dataDirectory)
  } catch (error) {
    for (const name of await readdir(dataDirectory))
      if (!name.endsWith('.toml')) await rm(join(dataDirectory, name), { recursive: true, force: true })
    throw new SetupError(`The backup could not be copied to ${dataDirectory}; nothing of it is left there.`, {
      cause: error,
    })
  }
}

function checkDatabase(path: string): void {
  const damaged = `The database of the backup is damaged. Take another backup.`
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      const result = database.prepare('PRAGMA integrity_check').get()?.['integrity_check']
      if (result !== 'ok') throw new SetupError(damaged)
    } finally {
      database.close()
    }
  } catch (error) {
    throw error instanceof SetupError ? error : new SetupError(damaged, { cause: error })
  }
}
