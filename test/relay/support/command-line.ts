// `safelight-relay <command>` in a process of its own.

import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export function runCommand(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['relay/main.ts', ...args], { env: environment() }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

/** Under way, to be killed. */
export function startCommandLine(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['relay/main.ts', ...args], { env: environment(), stdio: 'ignore' })
}

/** Nothing of the settings of whoever runs the tests. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] }
}
