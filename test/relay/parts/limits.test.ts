// Limits that only make sense beside others.

import { expect, it } from 'vitest'
import { defaultLimits } from '../../../relay/limits.ts'
import { limits as transport } from '../../../src/transport/limits.ts'

it('an answer with all the envelopes it may have comes in the time that apps wait, at 25 kB/s', () => {
  const { answerBytes, envelopeBytes } = defaultLimits
  expect((answerBytes + envelopeBytes) / (transport.requestTimeoutMs / 1000)).toBeLessThan(25_000)
})
