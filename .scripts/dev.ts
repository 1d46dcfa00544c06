// `npm run dev`: a relay on its usual port and the app with hot reload, which passes the relay's paths on to it.

import { createServer } from 'vite'
import { readConfig } from '../relay/config/read.ts'
import { withTurnSecret } from '../relay/config/turn-secret.ts'
import { startRelay } from '../relay/server.ts'

const relay = await startRelay(withTurnSecret(readConfig([], process.env).config))
const server = await createServer()
await server.listen()
server.printUrls()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void Promise.all([server.close(), relay.stop()]).then(() => process.exit(0)))
}
