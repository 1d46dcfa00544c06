// `node .scripts/run.js <task> [arguments]`: installs what is missing, then runs `.scripts/<task>.ts` with the project's
// own Node. Plain JavaScript, like install.js, because nothing is installed when it starts.

import { spawn } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { install, root } from './install.js'

const tasks = ['start', 'dev', 'test', 'verify', 'bench', 'vectors', 'fuzz', 'fault']

const [task = '', ...rest] = process.argv.slice(2)
if (!tasks.includes(task)) {
  console.error(`Usage: node .scripts/run.js ${tasks.join(' | ')}`)
  process.exit(2)
}
// A relay runs in it: docs/decisions/0016-one-socket.md says why with this.
const flags = task === 'start' ? ['--max-semi-space-size=4'] : []
const node = install()
const child = spawn(node, [...flags, `${root}.scripts/${task}.ts`, ...rest], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` },
})
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal))
}
child.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)))
