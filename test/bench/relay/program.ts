// Programs of a bench in processes of their own.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export function startProgram(program: URL, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** What it prints first. Rejects when it ends before. */
export async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout } = child
  if (stdout === null) throw new Error('no output')
  const ended = once(child, 'exit').then(() => {
    throw new Error('a program of the bench ended early')
  })
  // It is ended when all is measured, and then this matters no more.
  ended.catch(() => undefined)
  const [line] = (await Promise.race([once(stdout, 'data'), ended])) as [Buffer]
  return line.toString().trim()
}
