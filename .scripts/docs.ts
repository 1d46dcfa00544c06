// `npm run docs:check`: the TypeScript in README.md and docs/ type-checks against the built library, and links between
// the documents lead somewhere.

import { existsSync } from 'node:fs'
import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { bin, root, run } from './process.ts'

/** Inside the package, so that `import … from 'safelight'` finds the package itself. */
const snippetFolder = join(root, 'dist/.docs')

const documents: string[] = []
const ignored = ['node_modules/**', 'dist/**', '.*/**', 'test/fixtures/**']
for await (const path of glob('**/*.md', { cwd: root, exclude: ignored })) documents.push(path)
const problems: string[] = []
await rm(snippetFolder, { recursive: true, force: true })
await mkdir(snippetFolder, { recursive: true })
let snippetCount = 0
for (const document of documents.toSorted()) {
  const text = await readFile(join(root, document), 'utf8')
  for (const snippet of text.matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
    snippetCount += 1
    const name = `${document.replaceAll(/[^a-z0-9]+/gi, '-')}-${lineOf(text, snippet.index)}.ts`
    await writeFile(join(snippetFolder, name), `${snippet[1] ?? ''}\nexport {}\n`)
  }
  await checkLinks(document, text)
}
await writeFile(
  join(snippetFolder, 'tsconfig.json'),
  JSON.stringify({
    extends: relative(snippetFolder, join(root, 'src/tsconfig.base.json')),
    compilerOptions: {
      composite: false,
      declaration: false,
      noEmit: true,
      noUnusedLocals: false,
      noUnusedParameters: false,
      lib: ['ES2024', 'ESNext.Disposable', 'ESNext.AsyncIterable', 'DOM', 'DOM.Iterable'],
      types: ['node'],
    },
    include: ['*.ts'],
    // Otherwise the folder of built files is left out, and this one is in it.
    exclude: [],
  }),
)
if (snippetCount > 0) {
  if ((await run(bin('tsc'), ['-b', 'src'])) !== 0) problems.push('The library does not build.')
  else if ((await run(bin('tsc'), ['-p', snippetFolder])) !== 0) problems.push('A snippet does not type-check (above).')
}
for (const problem of problems) console.error(problem)
console.log(`${documents.length} documents, ${snippetCount} snippets, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1

async function checkLinks(document: string, text: string): Promise<void> {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ' '))
  for (const link of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    const target = link[1] ?? ''
    if (/^[a-z]+:/i.test(target)) continue
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? document : join(dirname(document), path)
    const where = `${document}:${lineOf(text, link.index)}`
    if (!existsSync(join(root, file))) problems.push(`${where}: no file ${target}`)
    else if (anchor !== undefined && !(await anchors(file)).has(anchor)) problems.push(`${where}: no heading ${target}`)
  }
}

/** The names that a Markdown viewer gives to headings. */
async function anchors(file: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(root, file), 'utf8')
  const headings = [...text.matchAll(/^#{1,6} +(.+)$/gm)].map((heading) => heading[1] ?? '')
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  )
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
