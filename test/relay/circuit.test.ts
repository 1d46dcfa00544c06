// Whom a relay for members carries circuits to, and what is left of reservations.

import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { describe, expect, it } from 'vitest'
import { callRunningRelay } from '../../relay/admin/client.ts'
import { withFrameLength } from '../../relay/p2p/frame-reader.ts'
import { encodeRequest } from '../../src/protocol/mailbox/codec.ts'
import { createMembership, decodeJoinLink } from '../../src/protocol/mailbox/membership.ts'
import { metric, postCommands } from './support/http-client.ts'
import type { TestRelay } from './support/relay.ts'
import { createTestRelay, mailboxKeys } from './support/relay.ts'
import { connectPeer } from './support/stream-client.ts'

const { readKey } = mailboxKeys(1)

const addressOf = ({ port, peerId }: TestRelay) => `/ip4/127.0.0.1/tcp/${port}/ws/p2p/${peerId}`

/** Somebody with a reservation. */
async function reserve(relay: TestRelay): Promise<Libp2p> {
  const callee = await createLibp2p({
    addresses: { listen: ['/p2p-circuit'] },
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
  })
  await callee.dial(multiaddr(addressOf(relay)))
  await expect.poll(() => callee.getMultiaddrs().length).toBeGreaterThan(0)
  return callee
}

async function follow(callee: Libp2p): Promise<void> {
  const connection = callee.getConnections()[0]
  const stream = await connection?.newStream('/safelight/mailbox/1')
  const answered = new Promise((resolve) => stream?.addEventListener('message', resolve))
  stream?.send(withFrameLength(encodeRequest({ id: 1, commands: [{ kind: 'subscribe', readKeys: [readKey] }] })))
  await answered
}

/** What the callee hears from a guest. */
async function call(relay: TestRelay, callee: Libp2p): Promise<string> {
  await using guest = await connectPeer(relay)
  const heard = Promise.withResolvers<string>()
  await callee.handle(
    '/test/1',
    (stream) => {
      stream.addEventListener('message', ({ data }) => heard.resolve(new TextDecoder().decode(data.subarray())))
    },
    { runOnLimitedConnection: true, force: true },
  )
  const circuit = multiaddr(`${addressOf(relay)}/p2p-circuit/p2p/${callee.peerId.toString()}`)
  const stream = await guest.libp2p.dialProtocol(circuit, '/test/1', { runOnLimitedConnection: true })
  stream.send(new TextEncoder().encode('hello'))
  return await heard.promise
}

describe('a relay for members', () => {
  it('carries circuits to who has a mailbox there, whoever calls, and to nobody else', async () => {
    await using relay = await createTestRelay({ membership: 'invite' })
    const { link } = await callRunningRelay(relay.dataDirectory, 'invite')
    const code = decodeJoinLink(String(link))?.code ?? new Uint8Array()
    const membership = createMembership((length) => new Uint8Array(length).fill(1))
    await postCommands(
      relay.url,
      { kind: 'join', code, membership },
      { kind: 'open', readKey, tier: 'contact', membership },
    )
    const callee = await reserve(relay)
    try {
      await expect(call(relay, callee)).rejects.toThrow(/PERMISSION_DENIED/)
      await follow(callee)
      expect(await call(relay, callee)).toBe('hello')
    } finally {
      await callee.stop()
    }
  })
})

describe('a reservation', () => {
  it('goes with its peer', async () => {
    await using relay = await createTestRelay()
    const callee = await reserve(relay)
    expect(await metric(relay.metricsUrl, 'safelight_reservations')).toBe(1)
    await callee.stop()
    await expect.poll(() => metric(relay.metricsUrl, 'safelight_reservations')).toBe(0)
  })
})
