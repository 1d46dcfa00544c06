// A key that the relay makes at its first start and keeps in the data folder.

import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { syncPath } from './durable.ts'
import { SetupError } from './setup-error.ts'

/**
 * What `read` makes of the file; on first use it is written with what `create` gives.
 * @throws SetupError for a file that cannot be read, or that `read` throws on: a silent new key would cut everybody off
 */
export async function loadKeyFile<T>(
  folder: string,
  name: string,
  key: { readonly create: () => Promise<Uint8Array>; readonly read: (bytes: Buffer) => T; readonly loss: string },
): Promise<T> {
  const path = join(folder, name)
  const found = await readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new SetupError(`The file ${name} in the data folder cannot be read.`, { cause: error })
  })
  if (found === undefined) return key.read(await write(folder, path, await key.create()))
  try {
    return key.read(found)
  } catch (error) {
    throw new SetupError(
      `The file ${name} in the data folder is damaged. Restore it from a backup, or delete it ${key.loss}`,
      { cause: error },
    )
  }
}

async function write(folder: string, path: string, bytes: Uint8Array): Promise<Buffer> {
  const unfinished = `${path}.new`
  // What a start that was cut off left there is written over.
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  await syncPath(folder)
  return Buffer.from(bytes)
}
