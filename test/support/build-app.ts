// Builds the app once before the stories run, so that the relay has a page to serve.

import { build } from 'vite'

export async function setup(): Promise<void> {
  // Said by the test command, which has just built it.
  if (process.env['SAFELIGHT_APP_IS_BUILT'] === '1') return
  await build({ mode: 'production', logLevel: 'warn' })
}
