// An AEAD alone lets its maker prepare one ciphertext that opens under two keys, to show two people different things under
// one name, or to try many passphrases at once. Whatever is sealed here commits to its key.

import { describe, expect, it } from 'vitest'
import { openSegment, sealSegment, startOpening, startSealing } from '../../src/protocol/blob/floe.ts'
import { concatBytes, utf8 } from '../../src/protocol/bytes.ts'
import { ratchetPrefix } from '../../src/protocol/envelope/frame.ts'
import { openChaCha } from '../../src/protocol/primitives/chacha.ts'
import { sha256 } from '../../src/protocol/primitives/hash.ts'
import { unwrapVaultKey, wrapVaultKey } from '../../src/protocol/record/seal.ts'
import { openBody, sealBody } from '../../src/protocol/session/body.ts'
import { expandMessageKey } from '../../src/protocol/session/keys.ts'
import { seededRandom } from '../protocol/session/people.ts'
import { openUnderBoth } from './support/two-keys.ts'

const random = seededRandom('two keys')

describe('a ciphertext made for two keys', () => {
  it('exists for the AEAD alone: the attack is real', () => {
    const keys = [random(32), random(32)] as const
    const nonce = random(12)
    const sealed = openUnderBoth(keys, nonce, random(64), 100)
    expect(sealed).toHaveLength(1616)
    const ad = random(64)
    const again = openUnderBoth(keys, nonce, ad, 3)
    const [one, two] = keys.map((key) => openChaCha(key, nonce, again, ad))
    expect(one).toBeDefined()
    expect(two).toBeDefined()
    expect(one).not.toEqual(two)
  })

  it('is a message under one of them only', () => {
    const messageKeys = [random(32), random(32)] as const
    const context = { transcript: random(32), prefix: ratchetPrefix, sealedHeader: random(2393) }
    const bind = sha256(context.prefix, context.sealedHeader)
    const ad = concatBytes(context.transcript, bind)
    const [first, second] = messageKeys.map((key) => expandMessageKey(key, bind))
    if (first === undefined || second === undefined) throw new Error('two keys')
    // Even if the nonces were the same, which they are not: each comes from its message key.
    const sealedContent = openUnderBoth([first.key, second.key], first.nonce, ad, 103)
    for (const { commit } of [first, second]) {
      const opened = messageKeys.map((key) => openBody(key, { commit, sealedContent }, context))
      expect(opened.filter((content) => content !== undefined).length).toBeLessThanOrEqual(1)
    }
    // The commitment is looked at first: with the other's, an honest body does not open either.
    const honest = sealBody(messageKeys[0], utf8('hello'), context) ?? new Uint8Array()
    const body = { commit: honest.subarray(0, 32), sealedContent: honest.subarray(32) }
    expect(openBody(messageKeys[0], body, context)).toEqual(utf8('hello'))
    expect(openBody(messageKeys[0], { ...body, commit: second.commit }, context)).toBeUndefined()
    expect(openBody(messageKeys[1], body, context)).toBeUndefined()
  })

  it('is a wrapped vault key under one slot key only', () => {
    const [slotKey, other, vaultKey] = [random(32), random(32), random(32)]
    const wrapped = wrapVaultKey({ slotKey, vaultKey, random })
    const foreign = wrapVaultKey({ slotKey: other, vaultKey, random: () => wrapped.slice(1, 25) })
    expect(unwrapVaultKey({ slotKey, wrapped })).toEqual(vaultKey)
    // Head and commitment of one, sealed part of the other: whatever it is, it has one commitment.
    const mixed = concatBytes(wrapped.subarray(0, 57), foreign.subarray(57))
    const swapped = concatBytes(foreign.subarray(0, 57), wrapped.subarray(57))
    for (const candidate of [mixed, swapped]) {
      for (const key of [slotKey, other]) expect(unwrapVaultKey({ slotKey: key, wrapped: candidate })).toBeUndefined()
    }
  })

  it('is a blob under one key only: the header commits', async () => {
    const [key, other, aad] = [random(32), random(32), utf8('aad')]
    const parameters = { segmentBytes: 64, rotationBits: 20 }
    const { header, state } = startSealing(key, aad, random, parameters)
    const segment = await sealSegment(state, random(10), 0, true, random(12))
    expect(startOpening(other, aad, header, parameters)).toBeUndefined()
    const otherHeader = startSealing(other, aad, () => header.slice(10, 42), parameters).header
    expect(otherHeader.subarray(0, 42)).toEqual(header.subarray(0, 42))
    expect(otherHeader).not.toEqual(header)
    const opening = startOpening(other, aad, otherHeader, parameters)
    expect(opening && (await openSegment(opening, segment, 0, true))).toBeUndefined()
  })
})
