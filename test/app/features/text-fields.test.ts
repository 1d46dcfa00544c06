// Browsers keep what stands in the fields of a page, to bring it back with a session: on the disk, in clear, past the vault.
// They do not where a field says `autocomplete="off"`, and never with passwords.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../../../src/app', import.meta.url))
/** Up to the end of the tag: attributes hold arrows and comparisons, but no tag ends a line other than by `/>` or `>`. */
const fields = /<(?:input|textarea)\b[^]*?\/>/g
const holdsNoText = /type="(?:radio|checkbox|file)"/
const isNotKept = /autocomplete="(?:off|current-password|new-password)"/

it('lets the browser keep nothing of what is typed or shown in any field', async () => {
  const kept: string[] = []
  let count = 0
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.tsx')) continue
    for (const [field] of (await readFile(join(folder, name), 'utf8')).matchAll(fields)) {
      if (holdsNoText.test(field)) continue
      count += 1
      if (!isNotKept.test(field)) kept.push(`${name}: ${field}`)
    }
  }
  expect(kept).toEqual([])
  expect(count).toBeGreaterThan(10)
})
