// Proving a session over a fresh link (docs/protocol.md §10). The dialler names nobody; the dialled one finds the contact
// by trying the exporters of its contacts, and answers only to one it recognises.

import { equalBytes } from '../../protocol/bytes.ts'
import { encodePeerFrame } from '../../protocol/direct/frame.ts'
import { createProof } from '../../protocol/direct/proof.ts'
import { limits } from '../../protocol/limits.ts'
import { exporters } from '../../protocol/session/session.ts'
import { noSessions, provingSessions } from '../../protocol/session/sessions.ts'
import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import type { PeerLink } from '../ports/peer-link.ts'
import type { FrameInbox } from './frame-inbox.ts'
import { mayMeet } from './may-meet.ts'

interface Nonces {
  readonly mine: Uint8Array
  readonly theirs: Uint8Array
}

/** The contact at the other end; undefined when it is not `expected`, or nobody. @throws TransportError */
export async function proveLink(
  context: Context,
  link: PeerLink,
  inbox: FrameInbox,
  expected: string | undefined,
): Promise<string | undefined> {
  const { tables, random } = context
  const mine = random.bytes(32)
  await link.send(encodePeerFrame({ kind: 'hello', nonce: mine }))
  const hello = await inbox.next(times.proofMs)
  if (hello?.kind !== 'hello' || equalBytes(hello.nonce, mine)) return undefined
  const nonces = { mine, theirs: hello.nonce }
  return link.role === 'initiator' ? claim() : recognise()

  /** Every exporter of a contact, newest session first. */
  function keysOf(contactId: string): Uint8Array[] {
    const held = tables.sessions.peek(contactId) ?? noSessions
    return provingSessions(held).flatMap((session) => exporters(session).map(({ key }) => key))
  }

  async function claim(): Promise<string | undefined> {
    const keys = expected === undefined ? [] : keysOf(expected).slice(0, limits.directProofs)
    if (keys.length === 0) return undefined
    await link.send(encodePeerFrame({ kind: 'proof', macs: keys.map((key) => proof(link, key, 'initiator', nonces)) }))
    const answer = await inbox.next(times.proofMs)
    const mac = answer?.kind === 'proof' ? answer.macs[0] : undefined
    const isProved = mac !== undefined && keys.some((key) => equalBytes(proof(link, key, 'responder', nonces), mac))
    return isProved ? expected : undefined
  }

  async function recognise(): Promise<string | undefined> {
    const claimed = await inbox.next(times.proofMs)
    if (claimed?.kind !== 'proof') return undefined
    for (const [contactId, contact] of tables.contacts.held()) {
      if (!mayMeet(contact)) continue
      for (const key of keysOf(contactId)) {
        const wanted = proof(link, key, 'initiator', nonces)
        if (!claimed.macs.some((mac) => equalBytes(mac, wanted))) continue
        // With the answer it begins to send, before this side is ready to take it.
        inbox.recognised()
        await link.send(encodePeerFrame({ kind: 'proof', macs: [proof(link, key, 'responder', nonces)] }))
        return contactId
      }
    }
    return undefined
  }
}

function proof(link: PeerLink, exporter: Uint8Array, role: PeerLink['role'], nonces: Nonces): Uint8Array {
  const initiates = link.role === 'initiator'
  return createProof({
    exporter,
    role,
    initiatorPeerId: initiates ? link.localPeerId : link.remotePeerId,
    responderPeerId: initiates ? link.remotePeerId : link.localPeerId,
    initiatorNonce: initiates ? nonces.mine : nonces.theirs,
    responderNonce: initiates ? nonces.theirs : nonces.mine,
  })
}
