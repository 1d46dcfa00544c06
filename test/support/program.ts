// Programs that use the library, each in a process of its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface EchoOptions {
  readonly relayUrl: string
  readonly link: string
  readonly name: string
}

/** Starts programs/echo.ts; resolves once its request was sent. */
export async function startEcho({ relayUrl, link, name }: EchoOptions): Promise<AsyncDisposable> {
  const program = fileURLToPath(new URL('programs/echo.ts', import.meta.url))
  const directory = await mkdtemp(join(tmpdir(), 'safelight-echo-'))
  const child = spawn(process.execPath, [program, directory, relayUrl, link, name], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const exited = once(child, 'exit')
  const connected = (async () => {
    for await (const line of createInterface(child.stdout)) if (line === 'connected') return true
    return false
  })()
  if (!(await connected)) throw new Error(`the program ended:\n${errors}`)
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}
