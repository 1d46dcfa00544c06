import { expect, it } from 'vitest'
import { baselineMlKem, baselineX25519 } from '../../../../src/protocol/primitives/agreement/baseline.ts'
import { best, combinationsAgree } from './combinations.ts'

it('has both halves natively here', () => {
  expect(best.x25519).not.toBe(baselineX25519)
  expect(best.mlKem).not.toBe(baselineMlKem)
})

combinationsAgree()
