// A copy of the database while it is in use.

import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { syncPath } from '../../durable.ts'
import { hasBit, withoutBit } from '../../blobs/bitmap.ts'
import { fileName } from './file-name.ts'
import { bytesOf, integerOf } from './rows.ts'

/** Pages copied between two looks at the network: 4 MiB. */
const pagesPerStep = 1024

export async function backupDatabase(
  database: DatabaseSync,
  directory: string,
  each: (folder: number, segment: number) => Promise<boolean>,
): Promise<void> {
  const path = join(directory, fileName)
  // Readable by nobody else, whatever the folder is.
  await (await open(path, 'wx', 0o600)).close()
  await backup(database, path, { rate: pagesPerStep })
  const copy = new DatabaseSync(path)
  try {
    // A backup is one file: nothing of it may wait in a journal beside it.
    copy.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL')
    await leaveOutMissing(copy, each)
  } finally {
    copy.close()
  }
  await syncPath(path)
}

/** A segment that expired since the copy was made has no file any more. */
async function leaveOutMissing(
  copy: DatabaseSync,
  each: (folder: number, segment: number) => Promise<boolean>,
): Promise<void> {
  const next = copy.prepare('SELECT key, segments, bitmap FROM blob WHERE key > ? ORDER BY key LIMIT 1')
  const update = copy.prepare('UPDATE blob SET bitmap = ? WHERE key = ?')
  for (let row = next.get(0); row !== undefined; row = next.get(integerOf(row, 'key'))) {
    const folder = integerOf(row, 'key')
    const before = bytesOf(row, 'bitmap')
    let bitmap = before
    for (let segment = 0; segment < integerOf(row, 'segments'); segment++) {
      if (hasBit(bitmap, segment) && !(await each(folder, segment))) bitmap = withoutBit(bitmap, segment)
    }
    if (bitmap !== before) update.run(bitmap, folder)
  }
}
