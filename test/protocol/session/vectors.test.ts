// Frozen vectors of protocol version 1: if one of these fails, the change breaks what people have stored and sent.

import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/protocol/bytes.ts'
import { decodeSession } from '../../../src/protocol/session/codec.ts'
import { openMessage } from '../../../src/protocol/session/open.ts'
import type { Session } from '../../../src/protocol/session/session.ts'
import { exporters } from '../../../src/protocol/session/session.ts'
import { ratchetVectors } from '../../vectors/frozen.ts'
import vectors from '../../vectors/v1/ratchet.json' with { type: 'json' }

function hex(text: string): Uint8Array {
  const bytes = fromHex(text)
  if (bytes === undefined) throw new Error('not hex')
  return bytes
}

function stored(text: string): Session {
  const session = decodeSession(hex(text))
  if (session === undefined) throw new Error('the session does not decode')
  return session
}

describe('the frozen vectors of the ratchet', () => {
  it('are what this implementation makes', async () => {
    expect(await ratchetVectors()).toEqual(vectors)
  })

  it('open with the stored states: the first turn, and what the states after the last turn still know', async () => {
    const { messages, states, nowMs, first } = vectors.conversation
    const reply = messages[0]
    if (reply === undefined) throw new Error('no messages')
    const opened = await openMessage(stored(states.anaBefore), hex(reply.envelope), { nowMs })
    if ('failure' in opened) throw new Error(opened.failure)
    expect(toHex(opened.content)).toBe(reply.content)
    expect(exporters(opened.session).map(({ key }) => toHex(key))).toEqual([reply.exporter])

    const bo = stored(states.boAfter)
    for (const envelope of [first, ...messages.filter(({ from }) => from === 'ana').map((sent) => sent.envelope)]) {
      expect(await openMessage(bo, hex(envelope), { nowMs })).toEqual({ failure: 'duplicate' })
    }
    const ana = stored(states.anaAfter)
    for (const sent of messages.filter(({ from }) => from === 'bo')) {
      expect(await openMessage(ana, hex(sent.envelope), { nowMs })).toEqual({ failure: 'duplicate' })
    }
  })
})
