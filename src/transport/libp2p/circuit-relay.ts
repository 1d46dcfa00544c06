// libp2p's circuit relay transport, reserving a circuit address at the relays we name, when we say so.
//
// Listening on `/p2p-circuit` finds relays through identify and forgets configured ones after a restart of the relay
// (libp2p/js-libp2p#3601). Asking its reservation store directly does neither: one request on the connection that stands,
// repeated by us after each reconnection, and renewed by the store before it runs out.

import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type { PeerId, Transport } from '@libp2p/interface'

type Components = Parameters<ReturnType<typeof circuitRelayTransport>>[0]

export interface ReservationStore {
  addRelay(peerId: PeerId, type: 'configured'): Promise<unknown>
}

export function circuitRelay(onReady: (store: ReservationStore) => void): (components: Components) => Transport {
  return (components) => {
    const transport = circuitRelayTransport()(components)
    const store: unknown = Reflect.get(transport, 'reservationStore')
    if (!isReservationStore(store)) throw new TypeError('the circuit relay transport has no reservation store')
    onReady(store)
    return transport
  }
}

function isReservationStore(value: unknown): value is ReservationStore {
  return typeof value === 'object' && value !== null && 'addRelay' in value && typeof value.addRelay === 'function'
}
