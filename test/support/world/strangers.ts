// Somebody with an address and as many accounts as they like, who makes first messages by the thousand: each is a request
// as any other, of a person who does not exist.

import { decodeInviteLink } from '../../../src/protocol/invite/link.ts'
import { deriveMailboxId } from '../../../src/protocol/mailbox/capability.ts'
import { encodeContent } from '../../../src/protocol/content/codec.ts'
import type { Content } from '../../../src/protocol/content/content.ts'
import { initiate } from '../../../src/protocol/handshake/initiate.ts'
import { fingerprintOf } from '../../../src/protocol/identity/fingerprint.ts'
import { createIdentity } from '../../../src/protocol/identity/identity.ts'
import type { Bundle } from '../../../src/protocol/prekeys/bundle.ts'
import { openBundle } from '../../../src/protocol/prekeys/bundle.ts'
import { signStatement, statementOf } from '../../../src/protocol/report/statement.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import { pairConversationId } from '../../../src/messenger/ids.ts'
import type { Transport } from '../../../src/messenger/ports.ts'
import { seededRandom } from '../../protocol/seeded-random.ts'
import type { World } from './world.ts'
import { relayUrl } from './world.ts'

export interface Strangers {
  /** A first message from another new account. */
  next(): Promise<Uint8Array>
  /** Puts it at the address; false: the relay takes no more. */
  put(envelope: Uint8Array): Promise<boolean>
}

/** @param transport one that is theirs */
export async function strangersAt(world: World, transport: Transport, link: string): Promise<Strangers> {
  const random = seededRandom(`strangers at ${link}`)
  const decoded = decodeInviteLink(link)
  if (!decoded.ok) throw new Error('not a link')
  const { writeKey, psk, fingerprint } = decoded.invite
  const relay = transport.relay(relayUrl)

  async function takeBundle(): Promise<Bundle> {
    const [reply] = await relay.call([{ kind: 'bundle.take', writeKey, takeId: random(16) }])
    if (reply?.kind !== 'bundle') throw new Error('no bundle')
    const mailboxId = deriveMailboxId(writeKey)
    // Without its one-time part it serves any number of first messages.
    const bundle = openBundle({
      psk,
      mailboxId,
      fingerprint,
      main: reply.main,
      use: 'reusable',
      nowMs: world.clock.now(),
    })
    if (bundle === undefined) throw new Error('the bundle does not open')
    return bundle
  }

  const bundle = await takeBundle()
  let count = 0
  return {
    async next() {
      const nowMs = world.clock.now()
      const identity = createIdentity({ random, nowMs })
      const session = await initiate({ identity, bundle, psk, pskKind: 'invite', random, nowMs })
      const content: Content = {
        messageId: random(16),
        conversationId: pairConversationId(fingerprintOf(identity.account.publicKey), fingerprint),
        parents: [],
        groupHeads: [],
        log: { length: identity.log.length, head: identity.log.head },
        sentAtMs: nowMs,
        body: {
          kind: 'request',
          name: `Stranger ${++count}`,
          mailbox: { relay: relayUrl, writeKey: random(32) },
          text: 'Look at this',
        },
      }
      const said = statementOf(content, fingerprint)
      if (said === undefined) throw new Error('nothing to sign')
      const signature = signStatement(identity.device.sign.secretKey, said)
      return (await sealMessage(session, encodeContent({ ...content, signature }), { random, nowMs })).envelope
    },
    async put(envelope) {
      const [reply] = await relay.call([{ kind: 'put', writeKey, envelopes: [envelope] }])
      return reply?.kind === 'stored'
    },
  }
}
