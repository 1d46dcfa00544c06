// A program of the relay in a process of its own, with its steps under control (steps.ts).

import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Order } from './steps.ts'

const preload = fileURLToPath(new URL('steps.ts', import.meta.url))
const main = fileURLToPath(new URL('../../../relay/main.ts', import.meta.url))

export interface Stepped extends AsyncDisposable {
  /** Resolves when a relay has printed its address; empty when the process ended before. */
  readonly url: Promise<string>
  /** Resolves when the process has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly output: string }>
  /** From now on. */
  order(order: Order): Promise<void>
  /** Since the last order. */
  steps(): Promise<number>
  /** The last number of steps that was told; a program that ends by itself tells it at its end. */
  counted(): number
}

/** `order` holds from the first step of the process. */
export function startStepped(args: readonly string[], order: Order = { kind: 'count' }): Stepped {
  const child = spawn(process.execPath, ['--import', preload, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'] ?? '', SAFELIGHT_TEST_ORDER: JSON.stringify(order) },
  })
  let output = ''
  const url = Promise.withResolvers<string>()
  const keep = (chunk: Buffer): void => {
    output += chunk.toString()
    const found = /Safelight relay: (\S+)/.exec(output)?.[1]
    if (found !== undefined) url.resolve(found)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  let counted = 0
  child.on('message', (steps) => {
    counted = Number(steps)
  })
  const ended = new Promise<{ code: number | null; signal: string | null; output: string }>((resolve) => {
    child.once('close', (code, signal) => {
      url.resolve('')
      resolve({ code, signal, output })
    })
  })
  return {
    url: url.promise,
    ended,
    async order(next) {
      await ask(child, next)
    },
    async steps() {
      const counted = await ask(child, 'steps')
      if (counted === undefined) throw new Error('the process ended before it told its steps')
      return counted
    },
    counted: () => counted,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A relay on this folder, on a free port. */
export function startSteppedRelay(dataFolder: string, order?: Order, ...flags: readonly string[]): Stepped {
  const quiet = [
    '--port',
    '0',
    '--host',
    '127.0.0.1',
    '--metrics-port',
    'off',
    '--stun-port',
    'off',
    '--log-level',
    'error',
  ]
  return startStepped([...quiet, '--data', dataFolder, ...flags], order)
}

/** Undefined: it ended before it answered. */
async function ask(child: ChildProcess, message: Order | 'steps'): Promise<number | undefined> {
  const answer = once(child, 'message')
  child.send(message)
  const [counted] = (await Promise.race([answer, once(child, 'close')])) as [number | null]
  return counted ?? undefined
}
