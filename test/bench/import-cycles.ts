// Chunks of the built app that import each other. A module of one of them would run before what it needs of the other is there,
// and the app not start: what is loaded late (`isCore` in vite.config.ts) must not be needed by what is loaded first.

import { readFile } from 'node:fs/promises'
import type { Chunk } from './app-size.ts'
import { app } from './app-size.ts'

/** Each as the files on its way round. */
export async function importCycles(): Promise<readonly (readonly string[])[]> {
  const manifest: Readonly<Record<string, Chunk>> = JSON.parse(await readFile(`${app}assets/manifest.json`, 'utf8'))
  const cycles: string[][] = []
  const done = new Set<string>()
  const visit = (key: string, way: readonly string[]): void => {
    const before = way.indexOf(key)
    if (before !== -1) cycles.push(way.slice(before).map((each) => manifest[each]?.file ?? each))
    if (before !== -1 || done.has(key)) return
    for (const imported of manifest[key]?.imports ?? []) visit(imported, [...way, key])
    done.add(key)
  }
  for (const key of Object.keys(manifest)) visit(key, [])
  return cycles
}
