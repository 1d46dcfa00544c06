// In place of Argon2id where only what surrounds it is tested: as long an answer, at once.

import { concatBytes, u32, u64 } from '../../src/protocol/bytes.ts'
import { sha256 } from '../../src/protocol/primitives/hash.ts'
import type { Stretch } from '../../src/storage/slot-secret.ts'

export const fakeStretch: Stretch = async (secret, salt, { memoryKib, passes, lanes }) =>
  sha256(concatBytes(u64(memoryKib), u32(passes), u32(lanes), salt, secret))
