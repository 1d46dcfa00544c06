// The direct connections of this device, each with the link that runs over it.

import type { Connection, Stream } from '@libp2p/interface'
import type { Clock } from '../../messenger/ports.ts'
import type { PeerLink } from '../../messenger/ports/peer-link.ts'
import { createFrameStream } from '../frames.ts'
import { limits } from '../limits.ts'
import { createPeerLink, type OpenLink } from '../peer/link.ts'
import { isWebRtc } from './address.ts'
import { leanSending } from './lean-sending.ts'

export const envelopeProtocol = '/safelight/envelope/1'
export const blobProtocol = '/safelight/blob/1'

export interface Links {
  readonly size: number
  /** Opens the envelope stream of a connection this device made. */
  initiate(connection: Connection, signal: AbortSignal): Promise<PeerLink>
  /** A peer opened its envelope stream. Undefined: refused. */
  respond(connection: Connection, stream: Stream): PeerLink | undefined
  /** A peer opened a stream to ask for segments. */
  serve(connection: Connection, stream: Stream): void
  /** A connection came in: it has some seconds to become a link, or to bring one about. */
  watch(connection: Connection): void
  /** A connection has ended. */
  lost(connection: Connection): void
  /** Ends all at once, without goodbyes. */
  cutAll(): void
}

/** Envelopes and segments never go through a relay: its circuits are limited, and it would see how much there is. */
export function isDirect(connection: Connection): boolean {
  return connection.limits === undefined && isWebRtc(connection.remoteAddr)
}

export function createLinks(localPeerId: string, clock: Clock): Links {
  const links = new Map<string, OpenLink>()

  const add = (role: PeerLink['role'], connection: Connection, envelopes: Stream): PeerLink => {
    const link = createPeerLink({
      role,
      clock,
      openEnvelopes: (options) => createFrameStream(leanSending(envelopes), options),
      onClosed: () => links.delete(connection.id),
      carrier: {
        localPeerId,
        remotePeerId: connection.remotePeer.toString(),
        async openBlobStream() {
          const stream = await connection.newStream(blobProtocol)
          return (options) => createFrameStream(leanSending(stream), options)
        },
        close: () => closeConnection(connection),
        abort: () => connection.abort(new Error('cut')),
      },
    })
    links.set(connection.id, link)
    return link.link
  }

  return {
    get size() {
      return links.size
    },
    async initiate(connection, signal) {
      return add('initiator', connection, await connection.newStream(envelopeProtocol, { signal }))
    },
    respond(connection, stream) {
      const refused = !isDirect(connection) || links.has(connection.id) || links.size >= limits.links
      return refused ? undefined : add('responder', connection, stream)
    },
    serve(connection, stream) {
      const link = links.get(connection.id)
      const served = link?.accept((options) => createFrameStream(leanSending(stream), options)) ?? false
      if (!served) stream.abort(new Error('not served'))
    },
    watch(connection) {
      const delayMs = connection.limits === undefined ? limits.unprovenLinkMs : limits.relayedMs
      clock.after(delayMs, () => {
        if (!links.has(connection.id)) void closeConnection(connection)
      })
    },
    lost: ({ id }) => links.get(id)?.lost(),
    cutAll() {
      for (const link of links.values()) link.cut()
    },
  }
}

export async function closeConnection(connection: Connection): Promise<void> {
  try {
    await connection.close({ signal: AbortSignal.timeout(limits.closeTimeoutMs) })
  } catch (error) {
    connection.abort(error instanceof Error ? error : new Error('closing failed'))
  }
}
