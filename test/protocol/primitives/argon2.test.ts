// Argon2id against RFC 9106, in two steps: the RFC's test vector has a key and associated data, which a vault does not use,
// so Node's own implementation is checked with it, and ours against Node's.

import { argon2Sync } from 'node:crypto'
import { expect, it } from 'vitest'
import { toHex, utf8 } from '../../../src/protocol/bytes.ts'
import { stretch } from '../../../src/protocol/primitives/argon2.ts'
import { seededRandom } from '../seeded-random.ts'

it('has a reference that answers as RFC 9106 §5.3 says', () => {
  const tag = argon2Sync('argon2id', {
    message: new Uint8Array(32).fill(1),
    nonce: new Uint8Array(16).fill(2),
    secret: new Uint8Array(8).fill(3),
    associatedData: new Uint8Array(12).fill(4),
    memory: 32,
    passes: 3,
    parallelism: 4,
    tagLength: 32,
  })
  expect(toHex(tag)).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659')
})

const random = seededRandom('argon2')

for (const [memoryKib, passes, secret] of [
  [8, 1, utf8('x')],
  [64, 3, random(1)],
  [257, 1, random(64)],
  [1024, 2, random(65)],
  [4096, 10, random(129)],
  [65_536, 3, utf8('correct horse battery staple')],
] as const) {
  it(`agrees with the reference on ${memoryKib} KiB, ${passes} passes and ${secret.length} bytes`, async () => {
    const salt = random(32)
    const reference = argon2Sync('argon2id', {
      message: secret,
      nonce: salt,
      memory: memoryKib,
      passes,
      parallelism: 1,
      tagLength: 32,
    })
    expect(toHex(await stretch(secret, salt, { memoryKib, passes, lanes: 1 }))).toBe(toHex(reference))
  })
}
