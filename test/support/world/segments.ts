// A relay that gives some segments of media and then no more, until it is told to.

import { TransportError } from '../../../src/messenger/ports.ts'
import type { MemoryRelay, MemoryRelayServer } from '../../../src/transport/memory/relay.ts'
import type { World } from './world.ts'
import { relayUrl } from './world.ts'

const isServer = (relay: MemoryRelay): relay is MemoryRelayServer => 'putSegment' in relay

export function serverOf(world: World): MemoryRelayServer {
  const relay = world.network.relay(relayUrl)
  if (!isServer(relay)) throw new Error('the relay hides its insides')
  return relay
}

/** The relay gives so many segments, then none until the returned function is called. */
export function giveSegments(world: World, count: number): () => void {
  const relay = serverOf(world)
  const { blobs } = relay
  let left = count
  relay.blobs = (use) =>
    blobs((all) =>
      use({
        ...all,
        get(blobId, index) {
          left -= 1
          if (left < 0) throw new TransportError('relay-unreachable')
          return all.get(blobId, index)
        },
      }),
    )
  return () => void (relay.blobs = blobs)
}
