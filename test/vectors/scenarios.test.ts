// Frozen vectors of protocol version 1: if one of these fails, the change breaks what people have stored and sent.

import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { CaseFile } from './cases.ts'
import { files } from './scenarios/files.ts'

async function frozen(name: string): Promise<CaseFile> {
  const file: CaseFile = JSON.parse(await readFile(new URL(`v1/${name}`, import.meta.url), 'utf8'))
  return file
}

describe('the frozen scenarios', () => {
  for (const [name, build] of Object.entries(files)) {
    it(`of ${name} are what this implementation makes`, async () => {
      expect(await build()).toEqual(await frozen(name))
      // Groups have hundreds of signatures.
    }, 120_000)
  }
})
