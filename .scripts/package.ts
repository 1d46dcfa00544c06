// Installs a program that some tests use, with the system's package manager, and says so.

import { run } from './process.ts'

/** @returns whether it was tried */
export async function installPackage(name: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const install = ['install', '-y', '--no-install-recommends', name]
  const [program, args] = process.getuid?.() === 0 ? ['apt-get', install] : ['sudo', ['-n', 'apt-get', ...install]]
  console.log(`Installing ${name} with the system's package manager (${[program, ...args].join(' ')}) …`)
  await run(program, args, { timeoutMs: 300_000, env: { DEBIAN_FRONTEND: 'noninteractive' } })
  return true
}
