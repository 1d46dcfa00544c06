// A backup of a relay that goes on serving: database, segments, the key it is known by. Spec: relay/README.md.

import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SegmentFiles } from '../blobs/segment-files.ts'
import { segmentsName } from '../blobs/segment-files.ts'
import { copyDurably, syncFolders } from '../durable.ts'
import { peerKeyName } from '../p2p/peer-key.ts'
import { pushKeyName } from '../push/push-key.ts'
import { SetupError } from '../setup-error.ts'
import type { RelayStore } from '../storage/store.ts'
import type { BackupManifest } from './manifest.ts'
import { writeManifest } from './manifest.ts'

/** Into a new or empty folder. @throws SetupError */
export async function createBackup(options: {
  readonly store: RelayStore
  readonly files: SegmentFiles
  readonly dataDirectory: string
  readonly target: string
  readonly now: () => number
}): Promise<Omit<BackupManifest, 'version'>> {
  const { store, files, dataDirectory, target } = options
  await prepareEmpty(target)
  try {
    const createdAt = new Date(options.now()).toISOString()
    await copyDurably(join(dataDirectory, peerKeyName), join(target, peerKeyName))
    // A data folder that no relay of this version has run on has none.
    if (existsSync(join(dataDirectory, pushKeyName)))
      await copyDurably(join(dataDirectory, pushKeyName), join(target, pushKeyName))
    const { mailboxes, envelopes } = await store.count()
    let segments = 0
    await store.backup(target, async (folder, segment) => {
      const copied = await files.copy(folder, segment, target)
      if (copied) segments += 1
      return copied
    })
    await syncFolders(join(target, segmentsName))
    const content = { createdAt, mailboxes, envelopes, segments }
    await writeManifest(target, content)
    return content
  } catch (error) {
    if (error instanceof SetupError) throw error
    const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
    throw new SetupError(
      full
        ? `The disk of ${target} is full. What was written there is no whole backup: delete it.`
        : `The backup could not be written to ${target}. What is there is no whole backup: delete it.`,
      { cause: error },
    )
  }
}

async function prepareEmpty(target: string): Promise<void> {
  try {
    await mkdir(target, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new SetupError(`The folder ${target} cannot be made.`, { cause: error })
  }
  if ((await readdir(target)).length > 0) throw new SetupError(`The folder ${target} is not empty.`)
}
