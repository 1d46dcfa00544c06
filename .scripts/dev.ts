// `npm run dev`: a relay on its usual port and the app with hot reload, which passes the relay's paths on to it.

import { createServer } from 'vite'
import { readConfig } from '../relay/config.ts'
import { startRelay } from '../relay/server.ts'

const config = readConfig([], process.env)
if (config !== 'help') {
  const relay = await startRelay(config)
  const server = await createServer()
  await server.listen()
  server.printUrls()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void Promise.all([server.close(), relay.stop()]).then(() => process.exit(0)))
  }
}
