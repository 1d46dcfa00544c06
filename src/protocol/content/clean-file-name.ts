// Makes a name of a file that others take from whatever it is called here. Spec: docs/protocol.md §7.

import { utf8 } from '../bytes.ts'
import { limits } from '../limits.ts'
import { deviceName, isFileName, reservedInFileNames } from './file-name.ts'
import { isForbidden } from './name.ts'

/** Longer extensions are a part of the name that happens to follow a dot. */
const extensionLength = 16

/** The nearest name that `isFileName` takes: the last part of a path, its extension kept; `file` when nothing is left. */
export function sanitizeFileName(text: string): string {
  const last = text.toWellFormed().slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1)
  const visible = Array.from(last.replace(/\s/gu, ' ')).filter((char) => !isForbidden(char))
  const clean = bare(visible.join('').normalize('NFC').replace(reservedInFileNames, '_'))
  const name = shortened(deviceName.test(clean) ? `_${clean}` : clean)
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
