// `npm start`: builds the app, starts a relay that serves it, and says where. Stops on SIGINT or SIGTERM.

import { fileURLToPath } from 'node:url'
import { outputOf, welcomeText } from '../relay/cli/welcome.ts'
import { readConfig } from '../relay/config/read.ts'
import { withTurnSecret } from '../relay/config/turn-secret.ts'
import { startRelay } from '../relay/server.ts'
import { SetupError } from '../relay/setup-error.ts'
import { run } from './process.ts'

/** The relay drains when told to stop; after this time the process ends anyway. */
const stopTimeoutMs = 8_000

process.exitCode = await main()

async function main(): Promise<number> {
  const built = await run(process.execPath, [fileURLToPath(new URL('build.js', import.meta.url))])
  if (built !== 0) return built
  try {
    const config = withTurnSecret(readConfig([], process.env).config)
    const relay = await startRelay(config)
    console.log(`\nSafelight is ready: ${relay.url}\nOpen it in two browsers. Ctrl+C stops it.`)
    process.stdout.write(await welcomeText(relay, outputOf(process.stdout)))
    await signalled()
    setTimeout(() => process.exit(1), stopTimeoutMs).unref()
    await relay.stop()
    // Handles that are still open somewhere must not keep the process.
    process.exit(0)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(error.message)
    return 1
  }
}

/** The terminal, npm and the script that started this one each pass a signal on: only the first counts. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}
