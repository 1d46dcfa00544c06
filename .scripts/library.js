// After `tsc -b`: workers are named by the URL of their source, which the compiler leaves as it is. In the built library
// they are .js files. Doing it twice changes nothing.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from './install.js'

const workerUrl = /(new URL\('[^']+)\.ts(', import\.meta\.url\))/g

export function finishLibrary() {
  const folder = `${root}dist/src`
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue
    const path = `${folder}/${name}`
    const built = readFileSync(path, 'utf8')
    const finished = built.replace(workerUrl, '$1.js$2')
    if (finished !== built) writeFileSync(path, finished)
  }
}
