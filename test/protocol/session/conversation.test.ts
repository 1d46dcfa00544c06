import { describe, expect, it } from 'vitest'
import { equalBytes, toHex, utf8 } from '../../../src/protocol/bytes.ts'
import { isFirstMessage } from '../../../src/protocol/handshake/header-pub.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { CryptoError } from '../../../src/protocol/primitives/error.ts'
import { openMessage } from '../../../src/protocol/session/open.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import { contactPsk, exporters } from '../../../src/protocol/session/session.ts'
import { acquaint, hear, meet, say, startMs } from './people.ts'

describe('a conversation', () => {
  it('goes back and forth over many epochs', async () => {
    let { ana, bo } = await acquaint()
    const { random } = await acquaint({ seed: 'go on' })
    for (let round = 0; round < 4; round++) {
      for (const text of ['one', 'two', 'three']) {
        const sent = await say(bo, `${text} ${round}`, random)
        const heard = await hear(ana, sent.envelope)
        expect(heard.text).toBe(`${text} ${round}`)
        bo = sent.session
        ana = heard.session
      }
      const sent = await say(ana, 'ok', random)
      const heard = await hear(bo, sent.envelope)
      expect(heard.text).toBe('ok')
      ana = sent.session
      bo = heard.session
    }
    expect(ana.ratchet.epoch).toBe(10)
    expect(bo.ratchet.epoch).toBe(10)
    expect(bo.ratchet.closed.length).toBe(limits.ratchetOldEpochs)
  })

  it('repeats the handshake, byte for byte, until the first reply has been opened', async () => {
    const { ana, bo, random, first } = await meet()
    const second = await say(ana, 'are you there?', random)
    expect(isFirstMessage(second.envelope)).toBe(true)
    const prefixBytes = 1 + 1203 + 528
    expect(equalBytes(second.envelope.subarray(0, prefixBytes), first.subarray(0, prefixBytes))).toBe(true)
    const heard = await hear(bo, second.envelope)
    expect(heard.text).toBe('are you there?')

    const reply = await say(heard.session, 'yes', random)
    expect(isFirstMessage(reply.envelope)).toBe(false)
    const answered = await hear(second.session, reply.envelope)
    const third = await say(answered.session, 'good', random)
    expect(isFirstMessage(third.envelope)).toBe(false)
  })

  it('is acknowledged for the initiator by a reply and for the responder by the answer to its reply', async () => {
    const { ana, bo, random } = await meet()
    const again = await say(ana, 'hello?', random)
    const heard = await hear(bo, again.envelope)
    expect([again.session.acknowledged, heard.session.acknowledged]).toEqual([false, false])
    const reply = await say(heard.session, 'hi', random)
    expect(reply.session.acknowledged).toBe(false)
    const answered = await hear(again.session, reply.envelope)
    expect(answered.session.acknowledged).toBe(true)
    const answer = await say(answered.session, 'how are you', random)
    expect((await hear(reply.session, answer.envelope)).session.acknowledged).toBe(true)
  })

  it('gives both sides the same session id, continuity psk and exporters', async () => {
    const { ana, bo } = await acquaint()
    expect(ana.sid).toEqual(bo.sid)
    expect(contactPsk(ana)).toHaveLength(32)
    expect(contactPsk(ana)).toEqual(contactPsk(bo))
    expect(exporters(ana)).toEqual(exporters(bo))
    expect(exporters(ana).map(({ epoch }) => epoch)).toEqual([2, 1])
  })

  it('keeps the continuity psk of epoch 1 and the three newest exporters', async () => {
    const { random, ...pair } = await acquaint()
    let { ana, bo } = pair
    const before = contactPsk(ana)
    for (let turn = 0; turn < 3; turn++) {
      const sent = await say(bo, 'and', random)
      ana = (await hear(ana, sent.envelope)).session
      const back = await say(ana, 'so', random)
      bo = (await hear(sent.session, back.envelope)).session
      ana = back.session
    }
    expect(contactPsk(ana)).toEqual(before)
    expect(exporters(ana).map(({ epoch }) => epoch)).toEqual([8, 7, 6])
    expect(exporters(ana)).toEqual(exporters(bo))
  })

  it('makes envelopes of five sizes only, the smallest that fits', async () => {
    const { ana, random } = await acquaint()
    const room = 4096 - (1 + 2393 + 32 + 16 + 4)
    for (const [length, size] of [
      [0, 4096],
      [room, 4096],
      [room + 1, 8192],
      [10_000, 16_384],
      [30_000, 32_768],
      [limits.contentBytes, 65_536],
    ] as const) {
      const { envelope } = await sealMessage(ana, new Uint8Array(length), { random, nowMs: startMs })
      expect(envelope.length).toBe(size)
    }
  })

  it('carries the longest content also with the handshake in front', async () => {
    const { ana, bo, random } = await meet()
    const content = random(limits.contentBytes)
    const { envelope } = await sealMessage(ana, content, { random, nowMs: startMs })
    expect(envelope.length).toBe(65_536)
    expect(await openMessage(bo, envelope, { nowMs: startMs })).toMatchObject({ content })
  })

  it('refuses content longer than the limit', async () => {
    const { ana, random } = await acquaint()
    const content = new Uint8Array(limits.contentBytes + 1)
    await expect(sealMessage(ana, content, { random, nowMs: startMs })).rejects.toThrow(CryptoError)
  })

  it('shows nothing in common between two envelopes', async () => {
    const { ana, random } = await acquaint()
    const one = await sealMessage(ana, utf8('same'), { random, nowMs: startMs })
    const two = await sealMessage(one.session, utf8('same'), { random, nowMs: startMs })
    const blocks = (bytes: Uint8Array): string[] =>
      Array.from({ length: Math.floor((bytes.length - 1) / 16) }, (_, index) =>
        toHex(bytes.subarray(1 + 16 * index, 17 + 16 * index)),
      )
    const shared = new Set(blocks(one.envelope))
    expect(blocks(two.envelope).filter((block) => shared.has(block))).toEqual([])
  })
})
