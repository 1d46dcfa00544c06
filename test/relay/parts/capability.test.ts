import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as own from '../../../relay/mailbox/capability.ts'
import * as protocol from '../../../src/protocol/mailbox/capability.ts'

const key = fc.uint8Array({ minLength: 32, maxLength: 32 })

it('derives what the protocol derives', () => {
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 5000 }), (bytes, envelope) => {
      expect(own.deriveWriteKey(bytes)).toEqual(protocol.deriveWriteKey(bytes))
      expect(own.deriveMailboxId(bytes)).toEqual(protocol.deriveMailboxId(bytes))
      expect(own.envelopeId(envelope)).toEqual(protocol.envelopeId(envelope))
    }),
    { numRuns: 50 },
  )
})
