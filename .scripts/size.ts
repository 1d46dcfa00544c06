// `npm run size`: compares the built app with the budgets in size-budget.ts.

import { readFile, readdir } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { root } from './process.ts'
import { budgets, lazy } from './size-budget.ts'
import type { SizeBudget } from './size-budget.ts'

/** Vite's manifest: what each entry and chunk needs. */
interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

const app = `${root}dist/app/`
const manifest: Readonly<Record<string, Chunk>> = JSON.parse(await readFile(`${app}assets/manifest.json`, 'utf8'))

const files: Readonly<Record<SizeBudget['of'], readonly string[]>> = {
  shell: shellFiles(),
  everything: await allFiles(),
  'service-worker': ['sw.js'],
}

for (const budget of budgets) {
  const sizes = await Promise.all(files[budget.of].map(gzipSize))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const isOver = total > budget.maxGzipBytes
  console.log(`${budget.title}: ${kib(total)} of ${kib(budget.maxGzipBytes)}${isOver ? '  TOO LARGE' : ''}`)
  if (!isOver) continue
  process.exitCode = 1
  for (const [index, file] of files[budget.of].entries()) console.log(`  ${kib(sizes[index] ?? 0)}  ${file}`)
}

/** The page and everything that its entry imports statically. */
function shellFiles(): readonly string[] {
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

async function allFiles(): Promise<readonly string[]> {
  const names = await readdir(app, { recursive: true })
  return names.filter(
    (name) => /\.(html|js|css|wasm)$/.test(name) && name !== 'sw.js' && !lazy.some((pattern) => pattern.test(name)),
  )
}

async function gzipSize(file: string): Promise<number> {
  return gzipSync(await readFile(app + file)).length
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`
}
