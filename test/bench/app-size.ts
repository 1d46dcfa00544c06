// What the built app in dist/app weighs, compressed.

import { readFile, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

export type AppPart =
  /** What the page needs to paint: the entry and all it imports statically. */
  | 'shell'
  /** With everything that is loaded afterwards. */
  | 'everything'
  | 'service-worker'

export interface PartSize {
  readonly totalBytes: number
  /** Largest first. */
  readonly files: readonly { readonly name: string; readonly gzipBytes: number }[]
}

/** Vite's manifest: what each entry and chunk needs. */
export interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

export const app = fileURLToPath(new URL('../../dist/app/', import.meta.url))

/** `lazy`: names of files that only certain actions load. */
export async function measureApp(lazy: readonly RegExp[]): Promise<Readonly<Record<AppPart, PartSize>>> {
  return {
    shell: await measure(await shellFiles()),
    everything: await measure(await allFiles(lazy)),
    'service-worker': await measure(['sw.js']),
  }
}

async function shellFiles(): Promise<readonly string[]> {
  const manifest: Readonly<Record<string, Chunk>> = JSON.parse(await readFile(`${app}assets/manifest.json`, 'utf8'))
  const found = new Set(['index.html'])
  const visit = (key: string): void => {
    const chunk = manifest[key]
    if (chunk === undefined || found.has(chunk.file)) return
    found.add(chunk.file)
    for (const css of chunk.css ?? []) found.add(css)
    for (const imported of chunk.imports ?? []) visit(imported)
  }
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(key)
  return [...found]
}

async function allFiles(lazy: readonly RegExp[]): Promise<readonly string[]> {
  const names = await readdir(app, { recursive: true })
  const isCode = (name: string): boolean => /\.(html|js|css|wasm)$/.test(name) && name !== 'sw.js'
  return names.filter((name) => isCode(name) && !lazy.some((pattern) => pattern.test(name)))
}

async function measure(names: readonly string[]): Promise<PartSize> {
  const files = await Promise.all(
    names.map(async (name) => ({ name, gzipBytes: gzipSync(await readFile(app + name)).length })),
  )
  return {
    totalBytes: files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0),
    files: files.toSorted((a, b) => b.gzipBytes - a.gzipBytes),
  }
}
