// Names of files that people send: one visible line without a path, that every system can write as it stands and that hides
// nothing about what the file is. Spec: docs/protocol.md §7.

import { utf8 } from '../bytes.ts'
import { limits } from '../limits.ts'
import { isForbidden, isOnlyJoiners } from './name.ts'

/** Parts of a path, of a drive or of another stream, and what Windows takes in no name. */
export const reservedInFileNames = /[/\\:*?"<>|]/gu
/** Names of devices, whatever the extension. */
export const deviceName = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/iu
/** Whether a name from elsewhere can be shown and written as it is. */
export function isFileName(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= limits.fileNameBytes &&
    text.isWellFormed() &&
    utf8(text).length <= limits.fileNameBytes &&
    text.trim() === text &&
    !text.startsWith('.') &&
    !text.endsWith('.') &&
    text.search(reservedInFileNames) < 0 &&
    !deviceName.test(text) &&
    !Array.from(text).some(isForbidden) &&
    !isOnlyJoiners(text)
  )
}
