// Requests, responses and pushes of the mailbox protocol as bytes. A frame is a CBOR array that begins with the protocol
// version; on a stream each frame has a u32 length before it, which the carriers add. Spec: docs/protocol.md §2.

import type { Bytes } from '../bytes.ts'
import type { CborBounds } from '../cbor/decode.ts'
import { decodeCbor } from '../cbor/decode.ts'
import { encodeCbor } from '../cbor/encode.ts'
import { fixedBytes, integer } from '../cbor/codec.ts'
import { isList, listOf } from '../cbor/shape.ts'
import type { Value } from '../cbor/value.ts'
import { limits } from '../limits.ts'
import type { MailboxCommand, MailboxPush, MailboxReply } from './command.ts'
import { commandCodec, replyCodec, storedEnvelopeCodec } from './command-codec.ts'

const version = 1

const kinds = { request: 1, response: 2, push: 3 } as const

// A relay hashes and stores the byte strings of a request, and keeps none of them: copies would be thousands of buffers a second.
const requestBounds: CborBounds = {
  maxBytes: limits.requestBytes,
  maxDepth: limits.cborDepth,
  maxItems: limits.frameItems,
  asViews: true,
}
const responseBounds: CborBounds = {
  maxBytes: limits.responseBytes,
  maxDepth: limits.cborDepth,
  maxItems: limits.frameItems,
}

const idCodec = integer(0xffff_ffff)
const commandsCodec = listOf(commandCodec, limits.commandsPerRequest)
const repliesCodec = listOf(replyCodec, limits.commandsPerRequest)
const mailboxIdCodec = fixedBytes(32)
const itemsCodec = listOf(storedEnvelopeCodec, limits.envelopesPerFetch)

/** The id is chosen by the client, an unsigned 32-bit integer; the response repeats it. */
export interface MailboxRequest {
  readonly id: number
  readonly commands: readonly MailboxCommand[]
}

export interface MailboxResponse {
  readonly id: number
  /** One per command, in their order. */
  readonly replies: readonly MailboxReply[]
}

export type DecodedRequest =
  | ({ readonly kind: 'request' } & MailboxRequest)
  /** Of another protocol version: every version has its number first and the id third. */
  | { readonly kind: 'unsupported-version'; readonly id: number }

export type ServerFrame =
  | ({ readonly kind: 'response' } & MailboxResponse)
  | ({ readonly kind: 'push' } & MailboxPush)
  | { readonly kind: 'unsupported-version' }

/** @throws EncodingError for commands out of bounds. The caller keeps the size within `limits.requestBytes`. */
export function encodeRequest(request: MailboxRequest): Bytes {
  return encodeFrame(kinds.request, idCodec.toValue(request.id), commandsCodec.toValue(request.commands))
}

/** Its byte strings are parts of `bytes`. */
export function decodeRequest(bytes: Bytes): DecodedRequest | undefined {
  const frame = decodeFrame(bytes, requestBounds)
  if (frame === undefined) return undefined
  const id = idCodec.fromValue(frame.first)
  if (frame.version !== version) return { kind: 'unsupported-version', id: id ?? 0 }
  const commands = commandsCodec.fromValue(frame.second)
  if (frame.kind !== kinds.request || id === undefined || commands === undefined) return undefined
  return { kind: 'request', id, commands }
}

/** @throws EncodingError for replies out of bounds. The caller keeps the size within `limits.responseBytes`. */
export function encodeResponse(response: MailboxResponse): Bytes {
  return encodeFrame(kinds.response, idCodec.toValue(response.id), repliesCodec.toValue(response.replies))
}

export function decodeResponse(bytes: Bytes): MailboxResponse | undefined {
  const frame = decodeServerFrame(bytes)
  return frame?.kind === 'response' ? { id: frame.id, replies: frame.replies } : undefined
}

/** @throws EncodingError for more than `limits.envelopesPerFetch` items */
export function encodePush(push: MailboxPush): Bytes {
  return encodeFrame(kinds.push, mailboxIdCodec.toValue(push.mailboxId), itemsCodec.toValue(push.items))
}

/** What a client receives on a stream. */
export function decodeServerFrame(bytes: Bytes): ServerFrame | undefined {
  const frame = decodeFrame(bytes, responseBounds)
  if (frame === undefined) return undefined
  if (frame.version !== version) return { kind: 'unsupported-version' }
  if (frame.kind === kinds.push) {
    const mailboxId = mailboxIdCodec.fromValue(frame.first)
    const items = itemsCodec.fromValue(frame.second)
    return mailboxId === undefined || items === undefined ? undefined : { kind: 'push', mailboxId, items }
  }
  const id = idCodec.fromValue(frame.first)
  const replies = repliesCodec.fromValue(frame.second)
  if (frame.kind !== kinds.response || id === undefined || replies === undefined) return undefined
  return { kind: 'response', id, replies }
}

function encodeFrame(kind: number, first: Value, second: Value): Bytes {
  return encodeCbor([version, kind, first, second])
}

interface Frame {
  readonly version: number
  readonly kind: Value
  readonly first: Value
  readonly second: Value
}

/** Frames of other versions are longer or shorter, but begin alike. */
function decodeFrame(bytes: Bytes, bounds: CborBounds): Frame | undefined {
  const value = decodeCbor(bytes, bounds)
  if (!isList(value)) return undefined
  const [frameVersion, kind = null, first = null, second = null] = value
  if (typeof frameVersion !== 'number' || frameVersion < 1) return undefined
  if (frameVersion === version && value.length !== 4) return undefined
  return { version: frameVersion, kind, first, second }
}
