// A device that goes back to an old copy of its state takes a message key a second time, for other words. Whoever has both
// envelopes must not get the difference of the two out of them.

import { expect, it } from 'vitest'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { utf8 } from '../../src/protocol/bytes.ts'
import { splitEnvelope } from '../../src/protocol/envelope/frame.ts'
import { openMessage } from '../../src/protocol/session/open.ts'
import { sealMessage } from '../../src/protocol/session/seal.ts'
import { meet, startMs } from '../protocol/session/people.ts'

const xor = (a: Bytes, b: Bytes): Bytes => a.map((byte, index) => byte ^ (b[index] ?? 0))

function sealedContent(envelope: Bytes): Bytes {
  const frame = splitEnvelope(envelope)
  if (frame === undefined) throw new Error('no envelope')
  return frame.sealedContent
}

it('two contents under one message key share no key stream', async () => {
  const { ana, bo, random } = await meet()
  const env = { random, nowMs: startMs }
  const contents = [utf8('the first words'), utf8('quite other ones')] as const
  const before = await sealMessage(ana, contents[0], env)
  const after = await sealMessage(ana, contents[1], env)
  // Both bodies are padded with zeros: under one key stream all but the first bytes would be equal.
  const difference = xor(sealedContent(before.envelope), sealedContent(after.envelope))
  expect(difference.subarray(64).filter((byte) => byte === 0).length).toBeLessThan(difference.length / 100)

  // To the receiver the second is a repeat, whichever comes first.
  const opened = await openMessage(bo, after.envelope, { nowMs: startMs })
  if ('failure' in opened) throw new Error(opened.failure)
  expect(opened.content).toEqual(contents[1])
  expect(await openMessage(opened.session, before.envelope, { nowMs: startMs })).toEqual({ failure: 'duplicate' })
})
