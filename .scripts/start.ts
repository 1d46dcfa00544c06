// `npm start`: builds the app, starts a relay that serves it, and says where. Stops on SIGINT or SIGTERM.

import { spawn } from 'node:child_process'
import { bin, root, run } from './process.ts'

/** The relay drains when told to stop; after this time it is ended. */
const stopTimeoutMs = 8_000

const built = await run(bin('vite'), ['build', '--logLevel', 'warn'])
if (built !== 0) process.exit(built)

const relay = spawn(process.execPath, [`${root}relay/main.ts`], {
  cwd: root,
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    relay.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
    setTimeout(() => relay.kill('SIGKILL'), stopTimeoutMs).unref()
  })
}
relay.on('exit', (code) => process.exit(code ?? 0))
