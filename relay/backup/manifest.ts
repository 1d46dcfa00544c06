// `backup.json` in a backup: written last, so a backup that was cut off has none and is not taken for one.

import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { SetupError } from '../setup-error.ts'
import { syncPath } from '../durable.ts'

const manifestName = 'backup.json'
const version = 1

export interface BackupManifest {
  readonly version: typeof version
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly mailboxes: number
  readonly envelopes: number
  readonly segments: number
}

export async function writeManifest(folder: string, content: Omit<BackupManifest, 'version'>): Promise<void> {
  const unfinished = join(folder, `${manifestName}.new`)
  const file = await open(unfinished, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify({ version, ...content }, undefined, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  // Before, so that a power cut cannot leave the manifest without what it vouches for.
  await syncPath(folder)
  await rename(unfinished, join(folder, manifestName))
  await syncPath(folder)
}

/** @throws SetupError when the folder holds no whole backup that this version can read */
export async function readManifest(folder: string): Promise<void> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => undefined)
  if (text === undefined)
    throw new SetupError(`${folder} holds no whole backup: there is no ${manifestName}, which is written last.`)
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch (error) {
    throw new SetupError(`The file ${manifestName} in ${folder} is damaged.`, { cause: error })
  }
  const its = typeof found === 'object' && found !== null && 'version' in found ? found.version : undefined
  if (its !== version) throw new SetupError(`The backup in ${folder} was made by another version of the relay.`)
}
