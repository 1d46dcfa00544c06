// The places a blob can come from: its sender's device, those of others who got the same message, and relays.

import type { Context } from '../context.ts'
import type { DirectLink, Links } from '../direct/links.ts'
import { limits, times } from '../limits.ts'
import type { RelayConnection } from '../ports.ts'
import type { Tables } from '../records/tables.ts'
import type { SegmentSource } from './segment-source.ts'

export interface Sources {
  /** Those that can be asked now, in the order in which they are. */
  open(contactIds: readonly string[]): readonly SegmentSource[]
  /** Nobody had it: tries to connect to its sender, and to a few of the others, each time to other ones. */
  reach(contactIds: readonly string[]): void
}

/**
 * Contacts who may have a received blob: the sender of its message, then those who got the same message as this device knows
 * from the sender. Empty for a blob that no message here speaks of, or that is mine.
 */
export async function sourcesOf(
  tables: Pick<Tables, 'blobs' | 'messages' | 'messageIndex'>,
  blobId: string,
): Promise<readonly string[]> {
  const blob = await tables.blobs.get(blobId)
  const key = blob === undefined ? undefined : (await tables.messageIndex.get(blob.messageId))?.key
  const senderId = key === undefined ? undefined : (await tables.messages.get(key))?.senderId
  return blob === undefined || senderId === undefined ? [] : [...new Set([senderId, ...blob.readers])]
}

export function createSources(context: Context, links: Links): Sources {
  const { tables, transport, self } = context
  let turn = 0

  function relays(senderId: string): SegmentSource[] {
    const current = tables.mailboxes.peek(tables.contacts.peek(senderId)?.mailboxId ?? '')
    const others = [...tables.mailboxes.held()]
      .map(([, row]) => row)
      .filter(({ purpose }) => purpose.kind === 'contact' && purpose.contactId === senderId)
    // Where they write to, where they wrote before, then wherever else I am: a request's media lies where its invite was.
    const theirs = [...(current === undefined ? [] : [current]), ...others].map(({ relay }) => relay)
    return [...new Set([...theirs, ...self.row.relays])].map((url) => relaySource(transport.relay(url)))
  }

  return {
    open([senderId = '', ...others]) {
      const sender = links.current(senderId)
      const holders = others.flatMap((contactId) => {
        const link = links.current(contactId)
        return link === undefined ? [] : [{ ...linkSource(link), holderId: contactId }]
      })
      return [...(sender === undefined ? [] : [linkSource(sender)]), ...holders, ...relays(senderId)]
    },
    reach([senderId, ...others]) {
      const from = others.length === 0 ? 0 : turn % others.length
      const next = [...others.slice(from), ...others.slice(0, from)].slice(0, limits.holdersReached)
      turn += limits.holdersReached
      for (const contactId of senderId === undefined ? next : [senderId, ...next])
        context.background(links.reach(contactId, times.directPatienceMs), 'reach-failed')
    },
  }
}

function linkSource(link: DirectLink): SegmentSource {
  return {
    fetch: (blobId, indexes, sink, signal) => link.link.fetchSegments(blobId, indexes, sink, { signal }),
  }
}

/** Asked segment by segment: each answer says by itself whether the relay has it. */
function relaySource(relay: RelayConnection): SegmentSource {
  return {
    atOnce: limits.relaySegmentsInFlight,
    present: (blobId, signal) => relay.presentSegments(blobId, { signal }),
    async fetch(blobId, indexes, sink, signal) {
      for (const index of indexes) {
        const bytes = await relay.getSegment(blobId, index, { signal })
        if (bytes !== undefined) await sink(index, bytes)
      }
    },
  }
}
