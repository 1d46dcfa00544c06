// Looks for ExifTool, which tests ask what it finds in photos and videos that would leave; tries to install it, and says so.

import { hasExiftool } from '../test/support/exiftool.ts'
import { run } from './process.ts'

/** @returns whether there is one now */
export async function ensureExiftool(): Promise<boolean> {
  if (hasExiftool()) return true
  if (process.platform !== 'linux') return false
  const install = ['install', '-y', '--no-install-recommends', 'libimage-exiftool-perl']
  const [program, args] = process.getuid?.() === 0 ? ['apt-get', install] : ['sudo', ['-n', 'apt-get', ...install]]
  console.log(`Installing ExifTool with the system's package manager (${[program, ...args].join(' ')}) …`)
  await run(program, args, { timeoutMs: 300_000, env: { DEBIAN_FRONTEND: 'noninteractive' } })
  return hasExiftool()
}
