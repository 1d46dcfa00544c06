import { describe, expect, it } from 'vitest'
import { decodeRelayInfo } from '../../../src/transport/relay/info.ts'

const good = {
  service: 'safelight',
  versions: [1],
  peerId: '12D3KooWSG5rz42QLzGGDPY8Zvr9b3jKnxcEBPpUuSyuYmpKfPkg',
  webSocketPath: '/p2p',
  membership: 'open',
  limits: {
    envelopeBytes: 65_536,
    mailboxEnvelopes: 1000,
    mailboxBytes: 67_108_864,
    segmentBytes: 262_144,
    blobBytes: 2 ** 31,
    envelopeDays: 30,
    blobDays: 7,
    commandsPerRequest: 256,
  },
  iceServers: [{ urls: 'stun:relay.example:3478' }, { urls: ['turn:relay.example:3478?transport=tcp'] }],
}

describe('relay description', () => {
  it('is read, with ICE urls as lists and unknown fields left out', () => {
    const iceServers = [{ urls: ['stun:relay.example:3478'] }]
    expect(decode({ ...good, later: 'thing' })).toEqual({ ...good, iceServers })
  })

  it('gives no TURN server without credentials: a browser would make no connection at all', () => {
    const urls = ['turn:relay.example:3478', 'stun:relay.example:3478', 'turns:relay.example']
    expect(decode({ ...good, iceServers: [{ urls }] })).toMatchObject({ iceServers: [{ urls: [urls[1]] }] })
  })

  it('leaves out a STUN server that a browser takes for none, for it would make no connection at all', () => {
    const usable = ['stun:relay.example', 'stuns:10.0.0.1:5349', 'stun:[2001:db8::1]:3478']
    const none = ['stun:!', 'stun:relay.example:65536', 'stun:relay.example:0', 'stun:relay.example?a=b', 'stun://a']
    const iceServers = [{ urls: [...none, ...usable] }, { urls: none }]
    expect(decode({ ...good, iceServers })).toMatchObject({ iceServers: [{ urls: usable }] })
  })

  it('says whether there are credentials to ask for, and nothing but true means that', () => {
    expect(decode({ ...good, turn: true })).toMatchObject({ turn: true })
    for (const turn of [false, 1, 'true', null]) expect(decode({ ...good, turn })).not.toHaveProperty('turn')
  })

  it('tells a relay of another version from something else', () => {
    expect(decode({ service: 'safelight', versions: [2, 3], somethingNew: true })).toBe('relay-version')
    expect(decode({ ...good, versions: [1, 2] })).toMatchObject({ versions: [1, 2] })
  })

  it.each([
    ['not JSON', '<!doctype html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['another service', JSON.stringify({ ...good, service: 'matrix' })],
    ['no versions', JSON.stringify({ ...good, versions: undefined })],
    ['a version that is no number', JSON.stringify({ ...good, versions: ['1'] })],
    ['no peer id', JSON.stringify({ ...good, peerId: '' })],
    ['a peer id with an address in it', JSON.stringify({ ...good, peerId: `${good.peerId}/p2p-circuit` })],
    ['a path on another host', JSON.stringify({ ...good, webSocketPath: '//evil.example' })],
    ['a path with a query', JSON.stringify({ ...good, webSocketPath: '/p2p?x=1' })],
    ['an unknown membership', JSON.stringify({ ...good, membership: 'paid' })],
    ['a negative limit', JSON.stringify({ ...good, limits: { ...good.limits, blobDays: -1 } })],
    ['a missing limit', JSON.stringify({ ...good, limits: {} })],
    ['ICE servers that are no list', JSON.stringify({ ...good, iceServers: {} })],
    [
      'too many ICE servers',
      JSON.stringify({ ...good, iceServers: Array.from({ length: 9 }, () => good.iceServers[0]) }),
    ],
    ['an ICE server that is a page', JSON.stringify({ ...good, iceServers: [{ urls: 'https://evil.example' }] })],
    ['an ICE url that is too long', JSON.stringify({ ...good, iceServers: [{ urls: `stun:${'a'.repeat(300)}` }] })],
  ])('is refused: %s', (_what, text) => {
    expect(decodeRelayInfo(text)).toBe('not-a-relay')
  })
})

function decode(value: unknown): ReturnType<typeof decodeRelayInfo> {
  return decodeRelayInfo(JSON.stringify(value))
}
