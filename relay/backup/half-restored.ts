// Tells a data folder that a restore was cut off in: a relay that started on it would take half of a backup for all.

import { existsSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncPath } from '../durable.ts'
import { SetupError } from '../setup-error.ts'

export const markName = 'restore.unfinished'

export function isHalfRestored(dataDirectory: string): boolean {
  return existsSync(join(dataDirectory, markName))
}

/** @throws SetupError */
export function refuseHalfRestored(dataDirectory: string): void {
  if (isHalfRestored(dataDirectory))
    throw new SetupError(
      `A restore to the data folder ${dataDirectory} was cut off. Run it again: it starts over with what is there.`,
    )
}

/** Before anything else is written there. */
export async function markHalfRestored(dataDirectory: string): Promise<void> {
  await (await open(join(dataDirectory, markName), 'a', 0o600)).close()
  await syncPath(dataDirectory)
}

/** Once all of it is durable. */
export async function markRestored(dataDirectory: string): Promise<void> {
  await rm(join(dataDirectory, markName), { force: true })
  await syncPath(dataDirectory)
}
