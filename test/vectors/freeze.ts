// Writes the newer files that are not there yet: `node test/vectors/freeze.ts`. One that is there is never overwritten: from
// the first release on it is what people have stored and sent.

import { writeFile } from 'node:fs/promises'
import { files } from './scenarios/files.ts'

for (const [name, build] of Object.entries(files)) {
  const path = new URL(`v1/${name}`, import.meta.url)
  await writeFile(path, `${JSON.stringify(await build(), undefined, 2)}\n`, { flag: 'wx' }).catch((error: unknown) => {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!exists) throw error
  })
}
