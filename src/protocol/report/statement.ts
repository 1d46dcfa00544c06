// What somebody says to a person who has not accepted them yet, and their signature under it: the one thing in a conversation
// that can be shown to others. It holds what is shown of a request, names media by a hash that tells nothing of them, and
// leaves out what gives access: mailboxes and keys. Spec: docs/protocol.md §12.

import type { Bytes } from '../bytes.ts'
import { concatBytes } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { encodeWith, fixedBytes, integer, oneOf, textWhere } from '../cbor/codec.ts'
import { field, listOf, optionalField, shape } from '../cbor/shape.ts'
import type { Content, MediaItem, MediaKind } from '../content/content.ts'
import { isFileName } from '../content/file-name.ts'
import { mediaItemCodec } from '../content/media-item.ts'
import { hasAtMost, isName } from '../content/name.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { sign, verify } from '../primitives/ed25519.ts'
import { sha256 } from '../primitives/hash.ts'

export interface Statement {
  /** Fingerprint of whom it was said to, 32 bytes. */
  readonly recipient: Bytes
  /** 16 bytes. */
  readonly messageId: Bytes
  readonly sentAtMs: number
  /** In a request, as its author calls themselves. */
  readonly name?: string
  readonly text?: string
  readonly media: readonly MediumStatement[]
}

export interface MediumStatement {
  readonly kind: MediaKind
  readonly caption?: string
  readonly altText?: string
  /** Of a file. */
  readonly name?: string
  /** 32 bytes, over everything that a message says of it, its key included: whoever has that can show that it is this one. */
  readonly hash: Bytes
}

const caption = textWhere((value) => value.length > 0 && hasAtMost(value, limits.captionCodePoints))

const medium: Codec<MediumStatement> = shape({
  kind: field(1, oneOf({ photo: 1, video: 2, voice: 3, file: 4 })),
  caption: optionalField(2, caption),
  altText: optionalField(3, caption),
  name: optionalField(4, textWhere(isFileName)),
  hash: field(5, fixedBytes(32)),
})

const statement: Codec<Statement> = shape({
  recipient: field(1, fixedBytes(32)),
  messageId: field(2, fixedBytes(16)),
  sentAtMs: field(3, integer(limits.timeMs)),
  name: optionalField(4, textWhere(isName)),
  text: optionalField(
    5,
    textWhere((value) => value.length > 0 && hasAtMost(value, limits.textCodePoints)),
  ),
  media: field(6, listOf(medium, limits.mediaItems)),
})

/** What a content says to somebody; undefined where it is none that is signed. */
export function statementOf(content: Content, recipient: Bytes): Statement | undefined {
  const { messageId, sentAtMs, body } = content
  const said = { recipient, messageId, sentAtMs }
  if (body.kind !== 'request' && body.kind !== 'message') return undefined
  const text = body.text === undefined ? {} : { text: body.text }
  if (body.kind === 'request') return { ...said, name: body.name, ...text, media: [] }
  return { ...said, ...text, media: body.media.map(mediumOf) }
}

/** 64 bytes. @throws EncodingError for what no content can say */
export function signStatement(signKey: Bytes, said: Statement): Bytes {
  return sign(signKey, messageOf(said))
}

/** Whether the device with this signing key said it. @throws EncodingError for what no content can say */
export function verifyStatement(signKey: Bytes, said: Statement, signature: Bytes): boolean {
  return verify(signKey, messageOf(said), signature)
}

function messageOf(said: Statement): Bytes {
  return concatBytes(labels.strangerStatement, encodeWith(statement, said))
}

function mediumOf(item: MediaItem): MediumStatement {
  const { kind, caption: words, altText, name } = item
  return {
    kind,
    ...(words === undefined ? {} : { caption: words }),
    ...(altText === undefined ? {} : { altText }),
    ...(name === undefined ? {} : { name }),
    hash: sha256(labels.strangerMedium, encodeWith(mediaItemCodec, item)),
  }
}
