// The shapes of mailbox commands and replies: numbers of kinds and fields, and their bounds. Spec: docs/protocol.md §2.

import type { Codec } from '../cbor/codec.ts'
import { boolean, bytesUpTo, fixedBytes, integer, oneOf, textWhere } from '../cbor/codec.ts'
import { field, listOf, optionalField, shape, variant } from '../cbor/shape.ts'
import { limits } from '../limits.ts'
import type { MailboxCommand, MailboxReply, RelayErrorCode, StoredEnvelope } from './command.ts'
import { isMembership } from './membership.ts'
import { isPushEndpoint } from './push.ts'
import type { Work, WorkChallenge } from './work.ts'

const key = fixedBytes(32)
const envelope = bytesUpTo(limits.envelopeBytes, 1)
const bundleMain = bytesUpTo(limits.bundleMainBytes, 1)
const bundleOneTime = bytesUpTo(limits.bundleOneTimeBytes, 1)

/** A peer id is base58 or base36 text. */
const peerId = textWhere((text) => text.length <= limits.peerIdBytes && /^[0-9A-Za-z]+$/.test(text))
/** A token is base64url text, in parts joined by dots. */
const membership = textWhere((text) => text.length <= limits.membershipBytes && /^[0-9A-Za-z_.-]+$/.test(text))

const turnUrl = textWhere((text) => text.length <= limits.turnUrlBytes && /^turns?:[\x21-\x7e]+$/.test(text))
const printable = textWhere((text) => text.length <= limits.turnCredentialBytes && /^[\x21-\x7e]+$/.test(text))

const work: Codec<Work> = shape({ token: field(1, key), nonce: field(2, integer()) })
/** A hash has 256 bits. What is too much for this device is for whoever would do the work to say, not a broken frame. */
const workChallenge: Codec<WorkChallenge> = shape({ token: field(1, key), bits: field(2, integer(256, 1)) })

const tier = oneOf({ contact: 1, invite: 2 })

const errorCode: Codec<RelayErrorCode> = oneOf<RelayErrorCode>({
  'unknown-mailbox': 1,
  gone: 2,
  full: 3,
  'too-large': 4,
  'too-many-requests': 5,
  'relay-full': 6,
  'not-a-member': 7,
  'bad-request': 8,
  'unsupported-version': 9,
  internal: 10,
  'unknown-code': 11,
  'code-used': 12,
  'code-expired': 13,
  'joining-closed': 14,
  banned: 15,
})

export const commandCodec: Codec<MailboxCommand> = variant({
  open: [1, shape({ readKey: field(1, key), tier: field(2, tier), membership: optionalField(3, membership) })],
  close: [2, shape({ readKey: field(1, key) })],
  put: [
    3,
    shape({
      writeKey: field(1, key),
      envelopes: field(2, listOf(envelope, limits.envelopesPerPut)),
      work: optionalField(3, work),
    }),
  ],
  fetch: [
    4,
    shape({
      readKey: field(1, key),
      after: field(2, integer()),
      limit: field(3, integer(limits.envelopesPerFetch, 1)),
    }),
  ],
  ack: [5, shape({ readKey: field(1, key), ids: field(2, listOf(key, limits.idsPerAck)) })],
  subscribe: [
    6,
    shape({ readKeys: field(1, listOf(key, limits.mailboxesPerSubscribe)), peerId: optionalField(2, peerId) }),
  ],
  locate: [7, shape({ writeKey: field(1, key) })],
  'bundle.put': [
    8,
    shape({
      readKey: field(1, key),
      main: field(2, bundleMain),
      oneTime: field(3, listOf(bundleOneTime, limits.oneTimePrekeys)),
    }),
  ],
  'bundle.take': [9, shape({ writeKey: field(1, key), takeId: field(2, fixedBytes(16)) })],
  'bundle.count': [10, shape({ readKey: field(1, key) })],
  turn: [13, shape({})],
  join: [
    11,
    shape({ code: field(1, fixedBytes(limits.joinCodeBytes)), membership: field(2, textWhere(isMembership)) }),
  ],
  'push.set': [
    12,
    shape({
      readKey: field(1, key),
      device: field(2, fixedBytes(16)),
      endpoint: optionalField(3, textWhere(isPushEndpoint)),
    }),
  ],
})

export const storedEnvelopeCodec: Codec<StoredEnvelope> = shape({
  sequence: field(1, integer()),
  id: field(2, key),
  bytes: field(3, envelope),
})

export const replyCodec: Codec<MailboxReply> = variant({
  ok: [1, shape({})],
  stored: [2, shape({ until: field(1, listOf(integer(limits.timeMs), limits.envelopesPerPut)) })],
  envelopes: [
    3,
    shape({ items: field(1, listOf(storedEnvelopeCodec, limits.envelopesPerFetch)), more: field(2, boolean) }),
  ],
  presence: [4, shape({ peerId: optionalField(1, peerId) })],
  bundle: [5, shape({ main: field(1, bundleMain), oneTime: optionalField(2, bundleOneTime) })],
  turn: [
    8,
    shape({
      urls: field(1, listOf(turnUrl, limits.turnUrls)),
      username: field(2, printable),
      credential: field(3, printable),
      lifetimeMs: field(4, integer(limits.turnMs)),
    }),
  ],
  error: [
    6,
    shape({
      code: field(1, errorCode),
      retryAfterMs: optionalField(2, integer(limits.retryAfterMs)),
      work: optionalField(3, workChallenge),
    }),
  ],
  pool: [7, shape({ main: field(1, boolean), oneTime: field(2, integer(limits.oneTimePrekeys)) })],
})
