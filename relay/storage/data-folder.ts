// The folder of everything a relay keeps.

import { access, constants, mkdir } from 'node:fs/promises'
import { SetupError } from '../setup-error.ts'

/** Makes it, if there is none. @throws SetupError: it cannot be written */
export async function prepareDataFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new SetupError(
      `The data folder ${directory} cannot be written. Check its permissions, or choose another with --data.`,
      { cause: error },
    )
  }
}
