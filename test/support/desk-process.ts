// The example of a support desk in a process of its own, that a test can kill and start again.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const program = fileURLToPath(new URL('../../examples/support-desk/desk.ts', import.meta.url))
const patience = { timeout: 60_000, interval: 100 }

export interface DeskProcess extends AsyncDisposable {
  readonly folder: string
  /** The link for customers. */
  readonly link: string
  /** Types a line; gives what the desk says to it. */
  typed(line: string): Promise<string>
  /** A link for a member of staff. */
  invite(name: string): Promise<string>
  kill(): Promise<void>
  restart(): Promise<void>
  /** What it wrote to standard error, without Node's own warnings. */
  errors(): string
}

export async function startDesk(relayUrl: string, name = 'The shop'): Promise<DeskProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'safelight-desk-'))
  const said: string[] = []
  let errors = ''
  let child: ChildProcess | undefined

  async function restart(): Promise<void> {
    const before = said.length
    const started = spawn(process.execPath, [program, folder, relayUrl, name])
    child = started
    started.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    createInterface(started.stdout).on('line', (line) => said.push(line))
    await expect.poll(() => said.length, { ...patience, message: errors }).toBe(before + 1)
  }

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  async function typed(line: string): Promise<string> {
    const before = said.length
    child?.stdin?.write(`${line}\n`)
    await expect.poll(() => said.length, patience).toBe(before + 1)
    return said.at(-1) ?? ''
  }

  await restart()
  return {
    folder,
    link: lastWord(said[0]),
    typed,
    invite: async (staff) => lastWord(await typed(`invite ${staff}`)),
    kill,
    restart,
    errors: () => errors.replaceAll(/^\(.*\n/gm, ''),
    [Symbol.asyncDispose]: async () => {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function lastWord(line = ''): string {
  return line.slice(line.lastIndexOf(' ') + 1)
}
