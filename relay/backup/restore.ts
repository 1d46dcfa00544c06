// Puts a backup into an empty data folder.

import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SetupError } from '../setup-error.ts'
import { fileName } from '../storage/sqlite/file-name.ts'
import { syncFolder } from '../sync-folder.ts'
import { manifestName, readManifest } from './manifest.ts'

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
  checkDatabase(join(source, fileName))
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  const there = (await readdir(dataDirectory)).filter((name) => !name.endsWith('.toml'))
  if (there.length > 0)
    throw new SetupError(`The data folder ${dataDirectory} is not empty. Move what is there away first.`)
  try {
    const unfinished = join(dataDirectory, `${fileName}.restoring`)
    for (const name of await readdir(source)) {
      if (name === manifestName) continue
      await cp(join(source, name), name === fileName ? unfinished : join(dataDirectory, name), { recursive: true })
    }
    await rename(unfinished, join(dataDirectory, fileName))
    await syncFolder(dataDirectory)
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
