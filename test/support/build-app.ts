// Builds the app once before the stories run, so that the relay has a page to serve.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

export async function setup(): Promise<void> {
  // Said by the test command, which has just built it.
  if (process.env['SAFELIGHT_APP_IS_BUILT'] === '1') return
  // In a process of its own: the test runner's environment would make it a development build.
  await promisify(execFile)(process.execPath, [`${root}node_modules/vite/bin/vite.js`, 'build', '--logLevel', 'warn'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  })
}
