// Names of files that people send: one visible line without a path, that every system can write as it stands and that hides
// nothing about what the file is. Spec: docs/protocol.md §7.

import { utf8 } from '../bytes.ts'
import { limits } from '../limits.ts'
import { isForbidden, isOnlyJoiners } from './name.ts'

/** Parts of a path, of a drive or of another stream, and what Windows takes in no name. */
const reserved = /[/\\:*?"<>|]/gu
/** Names of devices, whatever the extension. */
const device = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/iu
/** Longer extensions are a part of the name that happens to follow a dot. */
const extensionLength = 16

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
    text.search(reserved) < 0 &&
    !device.test(text) &&
    !Array.from(text).some(isForbidden) &&
    !isOnlyJoiners(text)
  )
}

/** The nearest name that `isFileName` takes: the last part of a path, its extension kept; `file` when nothing is left. */
export function sanitizeFileName(text: string): string {
  const last = text.toWellFormed().slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1)
  const visible = Array.from(last.replace(/\s/gu, ' ')).filter((char) => !isForbidden(char))
  const clean = bare(visible.join('').normalize('NFC').replace(reserved, '_'))
  const name = shortened(device.test(clean) ? `_${clean}` : clean)
  return isFileName(name) ? name : 'file'
}

/** Without dots and space around: a leading dot hides a file, and a trailing one is lost on some systems. */
function bare(text: string): string {
  return text.replace(/^[\s.]+|[\s.]+$/gu, '')
}

function shortened(name: string): string {
  if (utf8(name).length <= limits.fileNameBytes) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= extensionLength ? name.slice(dot) : ''
  const chars = Array.from(name.slice(0, name.length - extension.length))
  const room = limits.fileNameBytes - utf8(extension).length
  let size = 0
  const kept = chars.filter((char) => (size += utf8(char).length) <= room)
  return bare(`${bare(kept.join(''))}${extension}`)
}
