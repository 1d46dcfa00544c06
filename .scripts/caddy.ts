// Looks for Caddy, which one story puts in front of a relay; tries to install it, and says so.

import { hasCaddy } from '../test/support/caddy.ts'
import { run } from './process.ts'

/** @returns whether there is one now */
export async function ensureCaddy(): Promise<boolean> {
  if (hasCaddy()) return true
  if (process.platform !== 'linux') return false
  const install = ['install', '-y', '--no-install-recommends', 'caddy']
  const [program, args] = process.getuid?.() === 0 ? ['apt-get', install] : ['sudo', ['-n', 'apt-get', ...install]]
  console.log(`Installing Caddy with the system's package manager (${[program, ...args].join(' ')}) …`)
  await run(program, args, { timeoutMs: 300_000, env: { DEBIAN_FRONTEND: 'noninteractive' } })
  return hasCaddy()
}
