// Two people for tests of reports: Mallory, who writes to Ana.

import type { Bytes } from '../../../src/protocol/bytes.ts'
import type { Body, Content, MediaItem } from '../../../src/protocol/content/content.ts'
import { fingerprintOf } from '../../../src/protocol/identity/fingerprint.ts'
import { type Identity, createIdentity } from '../../../src/protocol/identity/identity.ts'
import type { SignedStatement } from '../../../src/protocol/report/file.ts'
import { signStatement, statementOf } from '../../../src/protocol/report/statement.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { seededRandom } from '../seeded-random.ts'

export const startMs = 1_800_000_000_000

const personNamed = (name: string): Identity =>
  createIdentity({ random: seededRandom(`report ${name}`), nowMs: startMs })

export const ana = personNamed('Ana')
export const mallory = personNamed('Mallory')
export const anaId = fingerprintOf(ana.account.publicKey)
export const malloryId = fingerprintOf(mallory.account.publicKey)

export const mailbox = { relay: 'https://relay.example', writeKey: new Uint8Array(32).fill(9) }
const segmentHash = new Uint8Array(32).fill(5)
export const photo: MediaItem = {
  kind: 'photo',
  display: {
    blobId: new Uint8Array(32).fill(1),
    key: new Uint8Array(32).fill(2),
    header: new Uint8Array(74).fill(3),
    sizeBytes: 100,
    segmentCount: 1,
    root: sha256(segmentHash),
    hashes: { kind: 'inline', list: segmentHash },
    mime: 'image/jpeg',
    width: 640,
    height: 480,
  },
  caption: 'look at this',
}

export function contentOf(body: Body, id = 1): Content {
  return {
    messageId: new Uint8Array(16).fill(id),
    conversationId: new Uint8Array(16).fill(7),
    parents: [],
    groupHeads: [],
    log: { length: 1, head: new Uint8Array(32).fill(8) },
    sentAtMs: startMs + id,
    body,
  }
}

/** What Mallory said, signed for somebody. */
export function signedBy(author: Identity, recipient: Bytes, body: Body, id = 1): SignedStatement {
  const said = statementOf(contentOf(body, id), recipient)
  if (said === undefined) throw new Error('not signed')
  return { said, signature: signStatement(author.device.sign.secretKey, said) }
}
