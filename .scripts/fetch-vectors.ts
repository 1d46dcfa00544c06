// `npm run vectors:fetch`: brings the public vectors of the primitives (test/protocol/primitives/public/sources.ts) into
// `.vectors`, which git ignores, or into `SAFELIGHT_PUBLIC_VECTORS`. Files that are there already stay. The tests run
// over them from then on.

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Source } from '../test/protocol/primitives/public/sources.ts'
import { sources, vectorFolder } from '../test/protocol/primitives/public/sources.ts'

await mkdir(vectorFolder, { recursive: true })
for (const source of sources) {
  const file = join(vectorFolder, source.name)
  if (existsSync(file) && isWhole(source, await readFile(file))) continue
  await writeFile(file, await download(source))
  console.log(source.name)
}
console.log(`${sources.length} files of public vectors in ${vectorFolder}`)

async function download(source: Source): Promise<Uint8Array> {
  const { repository, commit, path } = source
  const response = await fetch(`https://raw.githubusercontent.com/${repository}/${commit}/${path}`)
  if (!response.ok) throw new Error(`${source.name}: ${response.status}`)
  const content = new Uint8Array(await response.arrayBuffer())
  if (!isWhole(source, content)) throw new Error(`${source.name} has another content than it should`)
  return content
}

function isWhole({ sha256 }: Source, content: Uint8Array): boolean {
  return createHash('sha256').update(content).digest('hex') === sha256
}
