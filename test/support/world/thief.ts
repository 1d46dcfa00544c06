// Somebody with a copy of a person's disk, who never runs their messenger: says things in the sessions that were on it,
// begins new ones with what it proves, and leaves envelopes in the contact's mailbox.

import { fromHex } from '../../../src/protocol/bytes.ts'
import { encodeContent } from '../../../src/protocol/content/codec.ts'
import type { Body, Content, LogHead } from '../../../src/protocol/content/content.ts'
import { initiate } from '../../../src/protocol/handshake/initiate.ts'
import { respond } from '../../../src/protocol/handshake/respond.ts'
import { decodeIdentity } from '../../../src/protocol/identity/identity.ts'
import { deriveMailboxId, deriveWriteKey } from '../../../src/protocol/mailbox/capability.ts'
import type { Bundle } from '../../../src/protocol/prekeys/bundle.ts'
import { openBundle, sealBundle } from '../../../src/protocol/prekeys/bundle.ts'
import { createPrekeys } from '../../../src/protocol/prekeys/create.ts'
import type { PrekeySecrets } from '../../../src/protocol/prekeys/secrets.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import type { Session } from '../../../src/protocol/session/session.ts'
import { acceptedPsks, ownProof } from '../../../src/protocol/session/continuity.ts'
import { activeSession } from '../../../src/protocol/session/sessions.ts'
import type { MemoryDisk } from '../../../src/storage/memory.ts'
import { crashedCopy } from '../../../src/storage/memory.ts'
import { inspect } from './sessions.ts'
import type { World } from './world.ts'

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

export interface Thief {
  /** In the session that was in use on the disk. `log`: instead of the person's own. */
  say(body: Body, log?: LogHead): Promise<void>
  /** Whether what the contact offers now opens with the newest psk on the disk; kept for later. */
  takeBundle(): Promise<boolean>
  /** In a new session with that bundle, which proves the newest that is on the disk; or nothing but the psk of the bundle. */
  beginAnew(body: Body, proof?: 'newest' | 'bundle'): Promise<void>
  /** In the person's place, with keys of their own, which only the person's device could sign: offers them to the contact. */
  offerBundle(): Promise<void>
  /** Whether any first message that waits for the person opens with those keys and what is on the disk. */
  canRead(): Promise<boolean>
  /** Any bytes. */
  put(envelopes: readonly Uint8Array[]): Promise<void>
}

export async function thiefOf(world: World, stolen: MemoryDisk): Promise<Thief> {
  const copy = await inspect(crashedCopy(stolen), async ({ tables }) => {
    const [found] = [...tables.contacts.held()]
    const identity = decodeIdentity((await tables.account.get('self'))?.identity ?? new Uint8Array())
    const held = found && tables.sessions.peek(found[0])
    if (found === undefined || identity === undefined || held === undefined) throw new Error('they know nobody')
    const mailbox = tables.mailboxes.peek(found[1].mailboxId ?? '')
    return { contact: found[1], identity, held, readKey: mailbox?.readKey ?? random(32) }
  })
  const { contact, identity, held, readKey } = copy
  if (contact.theirs === undefined) throw new Error('they have no address')
  const { relay: url, writeKey } = contact.theirs
  const [newest] = held.psks
  const psk = newest?.contactPsk ?? random(32)
  const proved = (newest && ownProof(newest)?.psk) ?? random(32)
  let session = activeSession(held)
  let bundle: Bundle | undefined
  let prekeys: PrekeySecrets | undefined

  const transport = world.network.transport({ random: { bytes: random } })
  await transport.start({ relay: () => {}, push: () => {}, peer: (link) => void link.close() })
  transport.keepRelays([url])
  await world.clock.advance(1_000)
  const relay = transport.relay(url)

  async function put(envelopes: readonly Uint8Array[]): Promise<void> {
    await relay.call([{ kind: 'put', writeKey, envelopes }])
  }

  async function sealIn(from: Session, body: Body, log: LogHead = identity.log): Promise<Session> {
    const content: Content = {
      messageId: random(16),
      conversationId: fromHex(contact.conversationId) ?? random(16),
      parents: [],
      groupHeads: [],
      log: { length: log.length, head: log.head },
      sentAtMs: world.clock.now(),
      body,
    }
    const sealed = await sealMessage(from, encodeContent(content), { random, nowMs: world.clock.now() })
    await put([sealed.envelope])
    return sealed.session
  }

  return {
    put,
    async say(body, log) {
      if (session === undefined) throw new Error('there is no session')
      session = await sealIn(session, body, log)
    },
    async takeBundle() {
      const [reply] = await relay.call([{ kind: 'bundle.take', writeKey, takeId: random(16) }])
      if (reply?.kind !== 'bundle') return false
      bundle = openBundle({
        psk,
        mailboxId: deriveMailboxId(writeKey),
        fingerprint: contact.fingerprint,
        main: reply.main,
        oneTime: reply.oneTime,
        use: 'reusable',
        nowMs: world.clock.now(),
      })
      return bundle !== undefined
    },
    async offerBundle() {
      const mailboxId = deriveMailboxId(deriveWriteKey(readKey))
      const nowMs = world.clock.now()
      const made = await createPrekeys({ identity, mailboxId, use: 'reusable', oneTimeCount: 4, random, nowMs })
      const sealed = sealBundle({ psk, mailboxId, main: made.main, oneTime: made.oneTime, random })
      await relay.call([{ kind: 'bundle.put', readKey, main: sealed.main, oneTime: sealed.oneTime }])
      prekeys = made.secrets
    },
    async canRead() {
      const [reply] = await relay.call([{ kind: 'fetch', readKey, after: 0, limit: 100 }])
      if (prekeys === undefined || reply?.kind !== 'envelopes' || reply.items.length === 0)
        throw new Error('there is nothing to read')
      const known = held.psks.flatMap((continuity) => [
        continuity.contactPsk,
        ...acceptedPsks(continuity),
        ownProof(continuity)?.psk ?? random(32),
      ])
      for (const { bytes: envelope } of reply.items)
        for (const candidate of known) {
          const env = { identity, prekeys, envelope, random, nowMs: world.clock.now() }
          const result = await respond({ ...env, psk: candidate, pskKind: 'continuity' })
          if (!('failure' in result)) return true
        }
      return false
    },
    async beginAnew(body, proof = 'newest') {
      if (bundle === undefined) throw new Error('there is no bundle')
      const begun = await initiate({
        identity,
        bundle,
        psk: proof === 'newest' ? proved : psk,
        pskKind: 'continuity',
        random,
        nowMs: world.clock.now(),
      })
      session = await sealIn(begun, body)
    },
  }
}
