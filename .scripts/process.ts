// Child processes of the scripts.

import { spawn } from 'node:child_process'
import type { SpawnOptions } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly quiet?: boolean
  /** Ends it with SIGKILL after this time. */
  readonly timeoutMs?: number
}

/** Runs a program in the project's folder with our output; resolves with its exit code, never rejects. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  const spawned: SpawnOptions = {
    cwd: root,
    stdio: options.quiet ? 'ignore' : 'inherit',
    env: { ...process.env, ...options.env },
  }
  return new Promise((resolve) => {
    const child = spawn(program, args, spawned)
    const timer =
      options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.timeoutMs)
    const finish = (code: number): void => {
      clearTimeout(timer)
      resolve(code)
    }
    child.on('error', () => finish(127))
    child.on('exit', (code) => finish(code ?? 1))
  })
}

/** Path of a program that npm installed. */
export function bin(name: string): string {
  return `${root}node_modules/.bin/${name}`
}
