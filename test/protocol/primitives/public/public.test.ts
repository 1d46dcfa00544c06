// The primitives against public vectors: their doors, and each implementation of the halves below them. See sources.ts
// for where the vectors are from, and why they may not be here.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { nodeSymmetric } from '../../../../src/node-symmetric.ts'
import { baselineSymmetric } from '../../../../src/protocol/primitives/symmetric/baseline.ts'
import { offerSymmetric } from '../../../../src/protocol/primitives/symmetric/choice.ts'
import { agreementVectors } from './agreement.ts'
import { load } from './load.ts'
import { hasVectors, sources, vectorFolder } from './sources.ts'
import { symmetricVectors } from './symmetric.ts'

it('names every file of public vectors by commit and content, and once', () => {
  for (const { commit, sha256, path, repository } of sources) {
    expect(commit).toMatch(/^[0-9a-f]{40}$/)
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(`${repository}/${path}`).toMatch(/^[\w.-]+\/[\w.-]+\/[\w./-]+$/)
  }
  expect(new Set(sources.map(({ name }) => name)).size).toBe(sources.length)
})

it(hasVectors ? 'has them all here, unchanged' : 'has none of them here: `npm run vectors:fetch`', () => {
  const here = sources.filter(({ name }) => existsSync(join(vectorFolder, name)))
  expect(here).toEqual(hasVectors ? sources : [])
  for (const { name } of here) expect(() => load(name)).not.toThrow()
})

if (hasVectors) {
  // Offered, noble's own pass for native ones.
  const symmetric = { noble: baselineSymmetric, 'node:crypto': nodeSymmetric }
  describe.each(Object.entries(symmetric))(
    'public vectors of symmetric primitives and signatures, with %s',
    (_, native) => {
      beforeAll(() => offerSymmetric(native))
      symmetricVectors()
    },
  )
  describe('public vectors of key agreement', () => {
    agreementVectors()
  })
}
