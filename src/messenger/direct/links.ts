// Direct connections to contacts. A link counts only after both sides proved the session to each other (prove.ts).
// Nobody but an accepted contact ever gets a link (may-meet.ts), and segments are served only over a proved one.

import { toHex } from '../../protocol/bytes.ts'
import type { PeerFrame } from '../../protocol/direct/frame.ts'
import { encodePeerFrame } from '../../protocol/direct/frame.ts'
import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import type { Outcome } from '../delivery/intake.ts'
import { maySend } from '../delivery/key-state.ts'
import type { PeerLink } from '../ports/peer-link.ts'
import { TransportError } from '../ports.ts'
import { pause, within } from '../wait.ts'
import { createFrameInbox } from './frame-inbox.ts'
import { mayMeet } from './may-meet.ts'
import { proveLink } from './prove.ts'

export interface DirectLink {
  readonly contactId: string
  readonly link: PeerLink
  /** Resolves once the peer has stored it, or said that it cannot. @throws TransportError */
  sendEnvelope(mailboxId: Uint8Array, envelope: Uint8Array): Promise<'stored' | 'refused'>
}

export interface LinkHandlers {
  /** An envelope over a proved link. */
  receive(contactId: string, mailboxId: string, envelope: Uint8Array): Promise<Outcome>
  readSegment(contactId: string, blobId: string, index: number): Promise<Uint8Array | undefined>
  opened(contactId: string): void
  closed(contactId: string): void
}

export interface Links {
  current(contactId: string): DirectLink | undefined
  /** The link, made if the contact is there; undefined when it is not, or does not answer in `patienceMs`. */
  reach(contactId: string, patienceMs: number): Promise<DirectLink | undefined>
  /** Keeps trying for a while. */
  warm(contactId: string): void
  /** The network came back: what failed before says nothing any more, and open conversations try at once. */
  retry(): void
  accept(link: PeerLink): void
  closeContact(contactId: string): void
  closeAll(): Promise<void>
}

type Acknowledgement = 'stored' | 'refused' | 'closed'

export function createLinks(context: Context, handlers: LinkHandlers): Links {
  const { tables, clock, transport, self, log } = context
  const links = new Map<string, DirectLink>()
  const standing = new Map<string, Set<DirectLink>>()
  const attempts = new Map<string, Promise<DirectLink | undefined>>()
  const notBefore = new Map<string, number>()
  const warmUntil = new Map<string, number>()
  let networkBack = new AbortController()

  const mayLink = (contactId: string): boolean => {
    const contact = tables.contacts.peek(contactId)
    return self.row.direct && contact !== undefined && mayMeet(contact) && maySend(contact)
  }

  /** Proves both ways and hands frames over. Closes the link when it fails. */
  async function establish(link: PeerLink, expected: string | undefined): Promise<DirectLink | undefined> {
    const inbox = createFrameInbox(link, clock)
    const contactId = await proveLink(context, link, inbox, expected)
    if (contactId === undefined || !mayLink(contactId)) {
      await link.close()
      return undefined
    }
    const direct = open(link, contactId)
    await inbox.handOver(direct.frame)
    return direct.link
  }

  function open(link: PeerLink, contactId: string): { link: DirectLink; frame: (frame: PeerFrame) => Promise<void> } {
    const waiting = new Map<number, (status: Acknowledgement) => void>()
    let sequence = 0
    const direct: DirectLink = {
      contactId,
      link,
      async sendEnvelope(mailboxId, envelope) {
        sequence += 1
        const mine = sequence
        const acknowledged = new Promise<Acknowledgement>((resolve) => waiting.set(mine, resolve)).finally(() =>
          waiting.delete(mine),
        )
        await link.send(encodePeerFrame({ kind: 'envelope', sequence: mine, mailboxId, envelope }))
        const status = await within(clock, times.ackMs, acknowledged)
        if (status === 'closed') throw new TransportError('peer-closed')
        if (status !== undefined) return status
        // Slow, or dead without a word. The mailbox takes it meanwhile; a repeat harms nothing.
        void within(clock, times.deadLinkMs, acknowledged).then((late) => {
          if (late === undefined) void link.close()
        })
        return 'refused'
      },
    }
    // Two people who dial each other at once have two links: the newer one is used, both end together with the contact.
    const all = standing.get(contactId) ?? new Set()
    standing.set(contactId, all.add(direct))
    // Another peer id is another process of theirs: the one before has ended, and may not have been able to say so.
    for (const other of all) {
      const isSame = other.link.remotePeerId === link.remotePeerId
      if (other !== direct && (other.link.role === link.role || !isSame)) void other.link.close()
    }
    links.set(contactId, direct)
    link.serve(async (blobId, index) =>
      mayLink(contactId) ? handlers.readSegment(contactId, blobId, index) : undefined,
    )
    void link.closed.then(() => {
      for (const resolve of waiting.values()) resolve('closed')
      all.delete(direct)
      if (links.get(contactId) !== direct) return
      const other = [...all].at(-1)
      if (other !== undefined) {
        links.set(contactId, other)
        return
      }
      links.delete(contactId)
      context.events.emit('presence', { contactId, direct: false })
      handlers.closed(contactId)
    })
    context.events.emit('presence', { contactId, direct: true })
    handlers.opened(contactId)

    return {
      link: direct,
      async frame(frame) {
        if (frame.kind === 'ack') waiting.get(frame.sequence)?.(frame.status)
        else if (frame.kind === 'envelope') {
          const mailboxId = toHex(frame.mailboxId)
          // The one they were told last, or one from before that they still use.
          const row = tables.mailboxes.peek(mailboxId)
          const isMine = row?.purpose.kind === 'contact' && row.purpose.contactId === contactId && !row.closing
          const outcome = isMine ? await handlers.receive(contactId, mailboxId, frame.envelope) : 'later'
          const status = outcome === 'done' ? 'stored' : 'refused'
          await link.send(encodePeerFrame({ kind: 'ack', sequence: frame.sequence, status }))
        } else await link.close()
      },
    }
  }

  async function attempt(contactId: string): Promise<DirectLink | undefined> {
    const theirs = tables.contacts.peek(contactId)?.theirs
    if (theirs === undefined) return undefined
    try {
      const signal = AbortSignal.any([context.closing, AbortSignal.timeout(times.locateMs)])
      const [reply] = await transport
        .relay(theirs.relay)
        .call([{ kind: 'locate', writeKey: theirs.writeKey }], { signal })
      if (reply?.kind !== 'presence' || reply.peerId === undefined) {
        notBefore.set(contactId, clock.now() + times.awayCooldownMs)
        return undefined
      }
      const dialled = await transport.dial(theirs.relay, reply.peerId, {
        signal: AbortSignal.any([context.closing, AbortSignal.timeout(times.dialMs)]),
      })
      const link = await establish(dialled, contactId)
      if (link === undefined) notBefore.set(contactId, clock.now() + times.dialCooldownMs)
      return link
    } catch (error) {
      notBefore.set(contactId, clock.now() + times.dialCooldownMs)
      log.debug('direct-attempt-failed', { code: error instanceof TransportError ? error.code : 'other' })
      return undefined
    }
  }

  const links_: Links = {
    current: (contactId) => links.get(contactId),
    async reach(contactId, patienceMs) {
      const standing = links.get(contactId)
      if (standing !== undefined) return standing
      if (!mayLink(contactId) || transport.peerId === undefined) return undefined
      let running = attempts.get(contactId)
      if (running === undefined) {
        if ((notBefore.get(contactId) ?? 0) > clock.now()) return undefined
        running = attempt(contactId).finally(() => attempts.delete(contactId))
        attempts.set(contactId, running)
      }
      return within(clock, patienceMs, running)
    },
    warm(contactId) {
      const already = (warmUntil.get(contactId) ?? 0) > clock.now()
      warmUntil.set(contactId, clock.now() + times.warmMs)
      if (!already) void keepWarm(contactId)
    },
    retry() {
      notBefore.clear()
      networkBack.abort()
      networkBack = new AbortController()
    },
    accept(link) {
      // One that cannot prove itself is closed; nothing else may come of it.
      establish(link, undefined).catch(() => void link.close())
    },
    closeContact(contactId) {
      for (const { link } of standing.get(contactId) ?? []) void link.close()
    },
    async closeAll() {
      const all = [...standing.values()].flatMap((links) => [...links])
      await Promise.all(all.map(({ link }) => link.close()))
    },
  }

  async function keepWarm(contactId: string): Promise<void> {
    while (!context.closing.aborted && (warmUntil.get(contactId) ?? 0) > clock.now()) {
      // Taken before: the network may come back while this looks.
      const wake = AbortSignal.any([context.closing, networkBack.signal])
      await links_.reach(contactId, times.dialMs)
      await pause(clock, times.warmRetryMs, wake)
    }
    warmUntil.delete(contactId)
  }

  return links_
}
