// ExifTool, a reader of metadata that shares nothing with the project: what it does not find, few would.

import { spawnSync } from 'node:child_process'

export function hasExiftool(): boolean {
  return spawnSync('exiftool', ['-ver']).status === 0
}

/** Every tag it finds in these bytes, hidden and repeated ones too, as `group:name` with its value. */
export function readTags(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const { status, stdout } = spawnSync('exiftool', ['-json', '-G1', '-a', '-u', '-U', '-ee', '-'], {
    input: bytes,
    maxBuffer: 64 * 1024 * 1024,
  })
  const [tags]: readonly Record<string, unknown>[] = JSON.parse(stdout.toString() || '[]')
  if (tags === undefined) throw new Error(`ExifTool said nothing (${status})`)
  return tags
}
