// Argon2id in the thread that asks, where nobody minds that it stands still.

import type { Stretch } from './slot-secret.ts'

export const stretchHere: Stretch = async (...input) => {
  const { stretch } = await import('../protocol/primitives/argon2.ts')
  return stretch(...input)
}
