// The bytes of a content. Kinds of body that this version does not know decode to `unknown`, so that a newer sender is
// told apart from a broken one; everything else that is not exactly right is refused. Spec: docs/protocol.md §6.

import type { Bytes } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import {
  boolean,
  bytesUpTo,
  decodeWith,
  encodeWith,
  fixedBytes,
  integer,
  leaf,
  oneOf,
  textWhere,
} from '../cbor/codec.ts'
import { field, isList, listOf, optionalField, shape, variant } from '../cbor/shape.ts'
import { EncodingError } from '../cbor/value.ts'
import { limits } from '../limits.ts'
import { decodeInviteLink } from '../invite/link.ts'
import { isOrigin } from '../mailbox/origin.ts'
import type { Body, Content, MailboxAddress, MediaItem, Mention, Message, Receipt, ViewPolicy } from './content.ts'
import { isEmoji } from './emoji.ts'
import { mediaItemCodec } from './media-item.ts'
import { hasAtMost, isName } from './name.ts'

const bounds = { maxBytes: limits.contentBytes, maxDepth: limits.cborDepth, maxItems: limits.contentItems }

const id = fixedBytes(16)
const hash = fixedBytes(32)
const time = integer(limits.timeMs)
const name = textWhere(isName)
const text = textWhere((value) => value.length > 0 && hasAtMost(value, limits.textCodePoints))

const mailbox: Codec<MailboxAddress> = shape({ relay: field(1, textWhere(isOrigin)), writeKey: field(2, hash) })

const view: Codec<ViewPolicy> = shape({
  seconds: optionalField(1, integer(limits.viewSeconds, 1)),
  replays: field(2, integer(1)),
})

const receiptIds = listOf(id, limits.receiptIds)
const someReceiptIds = listOf(id, limits.receiptIds, 1)
const receipt: Codec<Receipt> = shape({
  delivered: field(1, receiptIds),
  seen: field(2, receiptIds),
  opened: optionalField(3, someReceiptIds),
  replayed: optionalField(4, someReceiptIds),
  captured: optionalField(5, someReceiptIds),
})

const lifeMs = integer(limits.lifeMs, limits.lifeMinMs)
const lifeOrNone: Codec<number> = leaf((value) => (value === 0 ? 0 : lifeMs.fromValue(value)))

const mention: Codec<Mention> = shape({
  from: field(1, integer(limits.textCodePoints)),
  to: field(2, integer(limits.textCodePoints, 1)),
  fingerprint: field(3, hash),
})

const media = listOf(mediaItemCodec, limits.mediaItems)

const joinText = textWhere((value) => value.length > 0 && hasAtMost(value, limits.groupJoinTextCodePoints))

const link = textWhere((value) => value.length <= limits.groupLinkCharacters && decodeInviteLink(value).ok)

const introduction = {
  introduction: field(1, id),
  fingerprint: field(2, hash),
  name: field(3, name),
  text: optionalField(4, text),
}

type KnownBody = Exclude<Body, { kind: 'unknown' }>

const knownBody: Codec<KnownBody> = variant({
  request: [1, shape({ name: field(1, name), mailbox: field(2, mailbox), text: optionalField(3, text) })],
  accept: [2, shape({ name: field(1, name), mailbox: field(2, mailbox) })],
  message: [
    3,
    shape({
      text: optionalField(1, text),
      media: field(2, media),
      view: optionalField(3, view),
      replyTo: optionalField(4, id),
      mentions: optionalField(5, listOf(mention, limits.mentions, 1)),
      lifeMs: optionalField(6, lifeMs),
    }),
  ],
  receipt: [4, receipt],
  profile: [5, shape({ name: field(1, name) })],
  mailbox: [6, shape({ mailbox: field(1, mailbox) })],
  // 7 and 9 are not given to any: they stand for a later version in the frozen vectors.
  refresh: [8, shape({ name: field(1, name), mailbox: field(2, mailbox) })],
  reaction: [10, shape({ to: field(1, id), emoji: optionalField(2, textWhere(isEmoji)) })],
  edit: [11, shape({ of: field(1, id), text: field(2, text) })],
  unsend: [12, shape({ of: field(1, listOf(id, limits.unsentIds, 1)) })],
  timer: [13, shape({ lifeMs: field(1, lifeOrNone) })],
  pin: [14, shape({ of: field(1, id), isPinned: field(2, boolean) })],
  typing: [15, shape({ isTyping: field(1, boolean) })],
  follow: [16, shape({ isFollowing: field(1, boolean) })],
  follower: [17, shape({ isApproved: field(1, boolean) })],
  invitation: [
    19,
    shape({
      invitation: field(1, id),
      first: field(2, bytesUpTo(limits.groupOperationBytes, 1)),
      name: field(3, name),
      people: field(4, listOf(shape({ fingerprint: field(1, hash), name: field(2, name) }), limits.groupPeople, 1)),
      text: optionalField(5, text),
    }),
  ],
  consent: [20, shape({ consent: field(1, bytesUpTo(limits.groupConsentBytes, 1)) })],
  operations: [
    21,
    shape({
      group: field(1, hash),
      heads: field(2, listOf(hash, limits.groupHeads, 1)),
      operations: field(3, listOf(bytesUpTo(limits.groupOperationBytes, 1), limits.groupChunk)),
    }),
  ],
  compare: [22, shape({ group: field(1, hash), heads: field(2, listOf(hash, limits.groupHeads, 1)) })],
  picture: [
    23,
    shape({
      group: field(1, hash),
      hash: field(2, hash),
      picture: optionalField(3, bytesUpTo(limits.groupPictureFileBytes, 1)),
    }),
  ],
  join: [24, shape({ group: field(1, hash), text: optionalField(2, joinText) })],
  joining: [25, shape({ group: field(1, hash), answer: field(2, oneOf({ full: 1, closed: 2 })) })],
  introduce: [30, shape(introduction)],
  introduced: [31, shape({ introduction: field(1, id), link: field(2, link) })],
  meet: [32, shape({ ...introduction, link: field(5, link) })],
  post: [18, shape({ text: optionalField(1, text), media: field(2, media), until: field(3, time) })],
})
/** Codes of this version: their fields must be right. */
const knownCodes: readonly number[] = [
  1, 2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30, 31, 32,
]

const body: Codec<Body> = {
  toValue(item) {
    if (item.kind === 'unknown' || !isConsistent(item)) throw new EncodingError()
    return knownBody.toValue(item)
  },
  fromValue(value) {
    const code = isList(value) ? value[0] : undefined
    if (typeof code === 'number' && code > 0 && !knownCodes.includes(code)) return { kind: 'unknown', code }
    const item = knownBody.fromValue(value)
    return item !== undefined && isConsistent(item) ? item : undefined
  },
}

const contentFields: Codec<Content> = shape({
  messageId: field(1, id),
  conversationId: field(2, id),
  parents: field(3, listOf(id, limits.parents)),
  groupHeads: field(4, listOf(hash, limits.groupHeads)),
  log: field(5, shape({ length: field(1, integer(limits.deviceLogEntries, 1)), head: field(2, hash) })),
  sentAtMs: field(6, time),
  body: field(7, body),
  signature: optionalField(8, fixedBytes(64)),
})

const content: Codec<Content> = {
  toValue(item) {
    if (!isRightlySigned(item)) throw new EncodingError()
    return contentFields.toValue(item)
  },
  fromValue(value) {
    const item = contentFields.fromValue(value)
    return item !== undefined && isRightlySigned(item) ? item : undefined
  },
}

/**
 * May be larger than `limits.contentBytes`, which no envelope takes: 32 media with long captions and hash lists do not fit
 * into one message. @throws EncodingError for content out of bounds
 */
export function encodeContent(item: Content): Bytes {
  return encodeWith(content, item)
}

export function decodeContent(bytes: Bytes): Content | undefined {
  return decodeWith(content, bytes, bounds)
}

/** What a later version signs is not judged here. */
function isRightlySigned({ body: { kind }, signature }: Content): boolean {
  return signature === undefined || kind === 'request' || kind === 'message' || kind === 'unknown'
}

/** Whether a message says something, names what is in its text, and can be viewed as it wants to be. */
function isConsistent(item: KnownBody): boolean {
  if (item.kind === 'post') return item.text !== undefined || item.media.length > 0
  if (item.kind !== 'message') return true
  if (!areInText(item)) return false
  if (item.view === undefined) return item.text !== undefined || item.media.length > 0
  return item.media.length > 0 && item.media.every(isViewable)
}

/** One after another, and none beyond the end. */
function areInText({ text: written = '', mentions = [] }: Message): boolean {
  if (mentions.length === 0) return true
  let end = 0
  for (const { from, to } of mentions) {
    if (from < end || to <= from) return false
    end = to
  }
  return end <= Array.from(written).length
}

/** Nothing is left of it after the view: a voice note or a file has no view, and an original is fetched to be kept. */
function isViewable({ kind, original }: MediaItem): boolean {
  return (kind === 'photo' || kind === 'video') && original === undefined
}
