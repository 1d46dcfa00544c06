// A whole network inside the process, for story tests: relays, devices and direct connections that can be broken at
// will. Nothing takes time except what a test delays, and that goes by the injected clock.

import type { Clock, Random, Transport } from '../../messenger/ports.ts'
import type { PeerLink } from '../../messenger/ports/peer-link.ts'
import { TransportError } from '../../messenger/ports.ts'
import { toHex } from '../../protocol/bytes.ts'
import { createLinkPair } from './link.ts'
import { createMemoryRelay, type MemoryRelay, type MemoryRelayServer } from './relay.ts'
import { createMemoryTransport, type MemoryDevice } from './transport.ts'

export type { MemoryRelay } from './relay.ts'

export interface MemoryNetwork {
  /** The relay at this origin, started on first use. An origin never named here does not answer. */
  relay(url: string): MemoryRelay
  /** A device's transport. Closing it looks to the others like the end of its process. */
  transport(options: { readonly random: Random }): Transport
  /** Whether direct connections can be made; standing ones stay. */
  setDirectPossible(possible: boolean): void
  /** Ends all direct connections. */
  cutDirect(): void
  /** All direct connections carry nothing any more, and nobody notices. */
  muteDirect(): void
  /** Calls `act`, once, when so many segments more were given over direct connections. */
  afterSegments(count: number, act: () => void): void
  /** The addresses of all devices, as a relay knows them. */
  peerIds(): readonly string[]
  /** Segments that were given over direct connections so far. */
  readonly directSegments: number
  /** Direct connections that stand now. */
  readonly directCount: number
}

export interface MemoryNetworkOptions {
  readonly clock: Clock
  /** A relay answers at whatever origin a device names, not only at those that `relay` started. */
  readonly anyRelay?: boolean
}

export function createMemoryNetwork({ clock, anyRelay = false }: MemoryNetworkOptions): MemoryNetwork {
  const relays = new Map<string, MemoryRelayServer>()
  const devices = new Map<string, MemoryDevice>()
  const links = new Map<PeerLink, { readonly peerIds: readonly string[]; readonly mute: () => void }>()
  let directPossible = true
  let directSegments = 0
  const acts = new Map<number, () => void>()

  const onSegment = (): void => {
    directSegments += 1
    acts.get(directSegments)?.()
  }

  const connect = (from: string, relayUrl: string, to: string): PeerLink => {
    const target = devices.get(to)
    if (!directPossible || target === undefined || from === to || !target.reachable(relayUrl)) {
      throw new TransportError('peer-unreachable')
    }
    const pair = createLinkPair(from, to, { onClosed: () => links.delete(pair.initiator), onSegment })
    const { initiator, responder } = pair
    links.set(initiator, { peerIds: [from, to], mute: () => pair.mute() })
    queueMicrotask(() => target.accept(responder))
    return initiator
  }
  const closeLinks = (which: (peerIds: readonly string[]) => boolean): void => {
    for (const [link, { peerIds }] of links) if (which(peerIds)) void link.close()
  }

  const relayAt = (url: string): MemoryRelayServer => {
    const known = relays.get(url)
    if (known !== undefined) return known
    const relay = createMemoryRelay(url, clock)
    relays.set(url, relay)
    return relay
  }

  return {
    relay: relayAt,
    transport({ random }) {
      const peerId = `memory-${toHex(random.bytes(16))}`
      const device = createMemoryTransport(
        peerId,
        { relay: anyRelay ? relayAt : (url) => relays.get(url), connect },
        () => {
          devices.delete(peerId)
          closeLinks((peerIds) => peerIds.includes(peerId))
        },
      )
      devices.set(peerId, device)
      return device
    },
    setDirectPossible(possible) {
      directPossible = possible
    },
    cutDirect: () => closeLinks(() => true),
    muteDirect() {
      for (const { mute } of links.values()) mute()
      links.clear()
    },
    afterSegments: (count, act) => void acts.set(directSegments + count, act),
    peerIds: () => [...devices.keys()],
    get directSegments() {
      return directSegments
    },
    get directCount() {
      return links.size
    },
  }
}
