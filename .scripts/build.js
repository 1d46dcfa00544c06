// `npm run build`: the library to dist/src, the relay to dist/relay, the app to dist/app with what the relay serves
// compressed (once, here, and not at every request).

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { spawnSync } from 'node:child_process'
import { root } from './install.js'
import { finishLibrary } from './library.js'

const app = `${root}dist/app`

run('tsc', ['-b', 'src', 'relay', 'src/storage/opfs-worker', 'src/storage/stretch-worker'])
finishLibrary()
run('vite', ['build'])
for (const name of readdirSync(app, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(js|css|svg|html|wasm|webmanifest)$/.test(name)) continue
  const bytes = readFileSync(`${app}/${name}`)
  writeFileSync(`${app}/${name}.gz`, gzipSync(bytes, { level: 9 }))
  writeFileSync(`${app}/${name}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }))
}

/** @param {string} program @param {string[]} parameters */
function run(program, parameters) {
  const { status } = spawnSync(`${root}node_modules/.bin/${program}`, parameters, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
