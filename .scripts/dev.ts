// `npm run dev`: a relay on its usual port and the app with hot reload, which passes the relay's paths on to it.

import { spawn } from 'node:child_process'
import { createServer } from 'vite'
import { root } from './process.ts'

const relay = spawn(process.execPath, [`${root}relay/main.ts`], {
  cwd: root,
  stdio: 'inherit',
})
const server = await createServer()
await server.listen()
server.printUrls()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => relay.kill('SIGTERM'))
relay.on('exit', (code) => void server.close().then(() => process.exit(code ?? 0)))
