import { expect, it } from 'vitest'
import { baselineX25519 } from '../../../../src/protocol/primitives/agreement/baseline.ts'
import { best, combinationsAgree } from './combinations.ts'

// ML-KEM is compared where the browser has it, and is the baseline where not.
it('has X25519 natively here', () => {
  expect(best.x25519).not.toBe(baselineX25519)
})

combinationsAgree()
