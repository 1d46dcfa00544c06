// `safelight-relay backup <folder>` and `restore <folder>`.

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { callRelay } from '../admin/client.ts'
import { createBackup } from '../backup/backup.ts'
import { refuseHalfRestored } from '../backup/half-restored.ts'
import { restoreBackup } from '../backup/restore.ts'
import { openSegmentFiles } from '../blobs/segment-files.ts'
import { readConfig } from '../config/read.ts'
import { defaultLimits } from '../limits.ts'
import { SetupError } from '../setup-error.ts'
import { lockFolder } from '../storage/folder-lock.ts'
import { fileName } from '../storage/sqlite/file-name.ts'
import { openSqliteStore } from '../storage/sqlite/open.ts'

/** @throws SetupError */
export async function backupCommand(args: readonly string[]): Promise<void> {
  const { folder, dataDirectory } = parse('backup', args)
  const done =
    (await callRelay(dataDirectory, 'backup', { target: folder })) ?? (await backupStopped(dataDirectory, folder))
  process.stdout.write(
    `Backup in ${folder}: ${String(done['mailboxes'])} mailboxes, ${String(done['envelopes'])} envelopes, ${String(done['segments'])} segments.\n`,
  )
}

/** @throws SetupError */
export async function restoreCommand(args: readonly string[]): Promise<void> {
  const { folder, dataDirectory } = parse('restore', args)
  await restoreBackup({ source: folder, dataDirectory })
  process.stdout.write(`Restored to ${dataDirectory}. What people fetched since the backup comes to them once more.\n`)
}

/** Of a data folder on which no relay runs. */
async function backupStopped(dataDirectory: string, target: string): Promise<Readonly<Record<string, unknown>>> {
  // Opening it would make an empty one.
  if (!existsSync(join(dataDirectory, fileName))) throw new SetupError(`There is no relay's data in ${dataDirectory}.`)
  using _lock = lockFolder(dataDirectory)
  refuseHalfRestored(dataDirectory)
  const store = openSqliteStore(dataDirectory, { jobsPerCommit: defaultLimits.jobsPerCommit })
  try {
    const files = await openSegmentFiles(dataDirectory)
    return { ...(await createBackup({ store, files, dataDirectory, target, now: Date.now })) }
  } finally {
    await store.close()
  }
}

function parse(command: string, [folder, ...flags]: readonly string[]): { folder: string; dataDirectory: string } {
  if (folder === undefined || folder.startsWith('-')) throw new SetupError(`${command} needs a folder. See --help.`)
  return { folder: resolve(folder), dataDirectory: readConfig(flags, process.env).config.dataDirectory }
}
