import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/protocol/bytes.ts'
import { ratchetPrefix } from '../../../src/protocol/envelope/frame.ts'
import { openBody, sealBody } from '../../../src/protocol/session/body.ts'

const messageKey = new Uint8Array(32).fill(1)
const context = {
  transcript: new Uint8Array(32).fill(2),
  prefix: ratchetPrefix,
  sealedHeader: new Uint8Array(2393).fill(3),
}
const body = sealBody(messageKey, utf8('hello'), context) ?? new Uint8Array()
const parts = { commit: body.subarray(0, 32), sealedContent: body.subarray(32) }

describe('the body of a message', () => {
  it('opens with its key in its place', () => {
    expect(openBody(messageKey, parts, context)).toEqual(utf8('hello'))
  })

  it('is bound to the transcript, to the prefix and to the sealed header in front of it', () => {
    for (const change of [
      { transcript: new Uint8Array(32) },
      { prefix: Uint8Array.of(0x11) },
      { sealedHeader: context.sealedHeader.with(0, 0) },
    ]) {
      expect(openBody(messageKey, parts, { ...context, ...change })).toBeUndefined()
    }
  })

  it('opens under one key only, and only with the commitment to it', () => {
    expect(openBody(messageKey.with(31, 0), parts, context)).toBeUndefined()
    expect(openBody(messageKey, { ...parts, commit: parts.commit.with(31, 0) }, context)).toBeUndefined()
  })
})
