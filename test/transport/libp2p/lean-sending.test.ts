import { describe, expect, it } from 'vitest'
import { leanSending } from '../../../src/transport/libp2p/lean-sending.ts'

describe('a WebRTC stream that sends leanly', () => {
  it('sends a message in one piece: its length, the tag and length of its field, its data', () => {
    const { stream, sent } = fakeStream()
    leanSending(stream)
    expect(stream.sendData(parts([1, 2], [3]))).toEqual({ sentBytes: 3, canSendMore: true })
    expect(sent).toEqual([Uint8Array.of(5, 0x12, 3, 1, 2, 3)])
  })

  it('sends short messages whole after long ones', () => {
    const { stream, sent } = fakeStream()
    leanSending(stream)
    stream.sendData(parts([1, 2, 3, 4]))
    stream.sendData(parts([5]))
    expect(sent[1]).toEqual(Uint8Array.of(3, 0x12, 1, 5))
  })

  it('writes lengths of several bytes as protobuf does, lowest bits first', () => {
    const { stream, sent } = fakeStream()
    leanSending(stream)
    stream.sendData(parts(Array.from({ length: 300 }, () => 7)))
    stream.sendData(parts(Array.from({ length: 65_540 }, () => 7)))
    // 303 = 0b10_0101111, 300 = 0b10_0101100
    expect(sent[0]?.subarray(0, 6)).toEqual(Uint8Array.of(0b1010_1111, 0b10, 0x12, 0b1010_1100, 0b10, 7))
    // 65,544 = 4 · 2^14 + 8, 65,540 = 4 · 2^14 + 4
    expect(sent[1]?.subarray(0, 8)).toEqual(Uint8Array.of(0x88, 0x80, 4, 0x12, 0x84, 0x80, 4, 7))
    expect(sent.map(({ length }) => length)).toEqual([305, 65_547])
  })

  it('says when the channel holds enough', () => {
    const { stream, channel } = fakeStream()
    leanSending(stream)
    channel.bufferedAmount = 99
    expect(stream.sendData(parts([1])).canSendMore).toBe(true)
    channel.bufferedAmount = 100
    expect(stream.sendData(parts([1])).canSendMore).toBe(false)
  })

  it('takes nothing while the channel is not open', () => {
    const { stream, channel, sent } = fakeStream()
    leanSending(stream)
    for (const state of ['connecting', 'closing', 'closed']) {
      channel.readyState = state
      expect(stream.sendData(parts([1, 2]))).toEqual({ sentBytes: 0, canSendMore: false })
    }
    expect(sent).toEqual([])
  })

  it('stays as it is where it looks different inside', () => {
    const { stream } = fakeStream()
    for (const other of [
      { ...stream, channel: undefined },
      { ...stream, channel: {} },
      { ...stream, maxBufferedAmount: undefined },
    ]) {
      const before = { ...other }
      expect(leanSending(other)).toBe(other)
      expect(other).toEqual(before)
    }
    const withoutSendData = { channel: stream.channel, maxBufferedAmount: 100 }
    leanSending(withoutSendData)
    expect(Object.keys(withoutSendData)).toEqual(['channel', 'maxBufferedAmount'])
  })
})

interface Parts extends Iterable<Uint8Array> {
  readonly byteLength: number
}

function fakeStream() {
  const sent: Uint8Array[] = []
  // As every data channel, it copies what it is given.
  const channel = {
    readyState: 'open',
    bufferedAmount: 0,
    send: (message: Uint8Array) => void sent.push(message.slice()),
  }
  const stream = {
    channel,
    maxBufferedAmount: 100,
    sendData: (_data: Parts): { readonly sentBytes: number; readonly canSendMore: boolean } => {
      throw new Error('not replaced')
    },
  }
  return { stream, channel, sent }
}

function parts(...pieces: readonly (readonly number[])[]): Parts {
  const arrays = pieces.map((piece) => Uint8Array.from(piece))
  const byteLength = arrays.reduce((sum, { length }) => sum + length, 0)
  return { byteLength, [Symbol.iterator]: () => arrays.values() }
}
