// A person's keys in hands that do what their messenger never would: seals any body in their session, puts it anywhere,
// proves any link. Works on a copy of their disk; close their messenger first, or the two use the same keys.

import { fromHex } from '../../../src/protocol/bytes.ts'
import { encodeContent } from '../../../src/protocol/content/codec.ts'
import type { Body, Content, MailboxAddress } from '../../../src/protocol/content/content.ts'
import { decodeIdentity } from '../../../src/protocol/identity/identity.ts'
import type { PeerFrame } from '../../../src/protocol/direct/frame.ts'
import { decodePeerFrame, encodePeerFrame } from '../../../src/protocol/direct/frame.ts'
import { createProof } from '../../../src/protocol/direct/proof.ts'
import { deriveWriteKey } from '../../../src/protocol/mailbox/capability.ts'
import { signStatement, statementOf } from '../../../src/protocol/report/statement.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import { exporters } from '../../../src/protocol/session/session.ts'
import type { PeerLink } from '../../../src/messenger/ports/peer-link.ts'
import type { Transport } from '../../../src/messenger/ports.ts'
import type { ContactRow } from '../../../src/messenger/records/rows.ts'
import { openTables } from '../../../src/messenger/records/tables.ts'
import { crashedCopy, openMemoryStorage } from '../../../src/storage/memory.ts'
import type { Person, World } from './world.ts'
import { relayUrl } from './world.ts'

const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }

export interface Hands {
  /** What they know of that contact. */
  readonly contact: ContactRow
  /** Where that contact writes to. */
  readonly own: MailboxAddress
  /**
   * Seals these bodies, one after the other; `session`: not in the one in use, but in that one of those held. For somebody who
   * has not accepted them they are signed, but for a signature in `change`, or none.
   */
  seal(bodies: readonly Body[], change?: Change, session?: number): Promise<Uint8Array[]>
  /** Seals and puts into the contact's mailbox. */
  put(bodies: readonly Body[], change?: Change): Promise<void>
  putEnvelopes(envelopes: readonly Uint8Array[]): Promise<void>
  /** The contact's transport address, if it can be found. */
  locate(): Promise<string | undefined>
  /** Dials the contact, or who is at this address, and proves the session; undefined when they let the link go. */
  link(address?: string): Promise<PeerLink | undefined>
}

type Change = Partial<Content> & { readonly isUnsigned?: true }

/** `to`: the name of the contact, where they have several. */
export async function handsOf(world: World, person: Person, to?: string): Promise<Hands> {
  const { store } = await openMemoryStorage(crashedCopy(person.disk), random.bytes)
  const tables = await openTables(store)
  const identity = decodeIdentity((await tables.account.get('self'))?.identity ?? new Uint8Array())
  const found = [...tables.contacts.held()].find(([, { name }]) => to === undefined || name === to)
  const contact = found?.[1]
  const theirs = contact?.theirs
  let sessions =
    found === undefined ? [] : (tables.sessions.peek(found[0])?.sessions ?? []).map(({ session }) => session)
  if (identity === undefined || contact === undefined || theirs === undefined || sessions.length === 0)
    throw new Error('they know nobody')

  const connect = async (): Promise<Transport> => {
    const transport = world.network.transport({ random })
    await transport.start({ relay: () => {}, push: () => {}, peer: (link) => void link.close() })
    transport.keepRelays([relayUrl])
    await world.clock.advance(1_000)
    return transport
  }
  const transport = await connect()

  const mailbox = contact.mailboxId === undefined ? undefined : tables.mailboxes.peek(contact.mailboxId)
  const hands: Hands = {
    contact,
    own: { relay: mailbox?.relay ?? relayUrl, writeKey: deriveWriteKey(mailbox?.readKey ?? random.bytes(32)) },
    async seal(bodies, { isUnsigned, ...change } = {}, session = 0) {
      const envelopes: Uint8Array[] = []
      for (const body of bodies) {
        const used = sessions[session]
        if (used === undefined) throw new Error('no session')
        const content: Content = {
          messageId: random.bytes(16),
          conversationId: fromHex(contact.conversationId) ?? new Uint8Array(16),
          parents: [],
          groupHeads: [],
          log: { length: identity.log.length, head: identity.log.head },
          sentAtMs: world.clock.now(),
          body,
          ...change,
        }
        const env = { random: random.bytes, nowMs: world.clock.now() }
        const said = contact.state === 'asked' ? statementOf(content, contact.fingerprint) : undefined
        const isLeft = said === undefined || isUnsigned === true || change.signature !== undefined
        const signed = isLeft ? {} : { signature: signStatement(identity.device.sign.secretKey, said) }
        const sealed = await sealMessage(used, encodeContent({ ...content, ...signed }), env)
        sessions = sessions.with(session, sealed.session)
        envelopes.push(sealed.envelope)
      }
      return envelopes
    },
    async put(bodies, change) {
      await hands.putEnvelopes(await hands.seal(bodies, change))
    },
    async putEnvelopes(envelopes) {
      await transport.relay(theirs.relay).call([{ kind: 'put', writeKey: theirs.writeKey, envelopes }])
    },
    async locate() {
      const [reply] = await transport.relay(theirs.relay).call([{ kind: 'locate', writeKey: theirs.writeKey }])
      return reply?.kind === 'presence' ? reply.peerId : undefined
    },
    async link(address) {
      const own = await connect()
      const peerId = address ?? (await hands.locate())
      if (peerId === undefined) return undefined
      const link = await own.dial(relayUrl, peerId)
      const heard: PeerFrame[] = []
      link.onFrame((bytes) => {
        const frame = decodePeerFrame(bytes)
        if (frame !== undefined) heard.push(frame)
      })
      const mine = random.bytes(32)
      await link.send(encodePeerFrame({ kind: 'hello', nonce: mine }))
      await world.clock.advance(50)
      const [hello] = heard
      if (hello?.kind !== 'hello') return undefined
      const macs = sessions.flatMap(exporters).map(({ key }) =>
        createProof({
          exporter: key,
          role: 'initiator',
          initiatorPeerId: link.localPeerId,
          responderPeerId: link.remotePeerId,
          initiatorNonce: mine,
          responderNonce: hello.nonce,
        }),
      )
      await link.send(encodePeerFrame({ kind: 'proof', macs: macs.slice(0, 3) }))
      await world.clock.advance(50)
      return heard.some(({ kind }) => kind === 'proof') ? link : undefined
    },
  }
  return hands
}
