// As much of TURN (RFC 8656) as it takes to ask a server for an address, and to give it back.

import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { TurnCredentials } from './credentials.ts'

const headerBytes = 20
const magicCookie = 0x2112a442
const attributes = {
  username: 6,
  integrity: 8,
  errorCode: 9,
  lifetime: 13,
  realm: 20,
  nonce: 21,
  transport: 25,
} as const
const udp = Uint8Array.of(17, 0, 0, 0)
const methods = { allocate: 0x0003, refresh: 0x0004 } as const
const successClass = 0x0100
const errorClass = 0x0110

/** Where a server wants to know who asks, it says this first. */
export interface TurnChallenge {
  readonly realm: Buffer
  readonly nonce: Buffer
}

export interface TurnAnswer {
  /** 0: success. 401: credentials are missing or wrong. */
  readonly errorCode: number
  readonly challenge: TurnChallenge | undefined
}

export interface TurnRequest {
  readonly bytes: Buffer
  /** Undefined for what does not answer this request. */
  answer(bytes: Buffer): TurnAnswer | undefined
}

/** `refresh` with no time gives back what `allocate` got. */
export function turnRequest(
  method: keyof typeof methods,
  identity?: { readonly credentials: TurnCredentials; readonly challenge: TurnChallenge },
): TurnRequest {
  const transaction = randomBytes(12)
  const parts =
    method === 'allocate' ? [attribute(attributes.transport, udp)] : [attribute(attributes.lifetime, new Uint8Array(4))]
  if (identity !== undefined) {
    const { credentials, challenge } = identity
    parts.push(
      attribute(attributes.username, Buffer.from(credentials.username)),
      attribute(attributes.realm, challenge.realm),
      attribute(attributes.nonce, challenge.nonce),
    )
  }
  const body = Buffer.concat(parts)
  const integrityBytes = identity === undefined ? 0 : 24
  const head = Buffer.alloc(headerBytes)
  head.writeUInt16BE(methods[method], 0)
  // The length counts the MAC, which is of everything before it.
  head.writeUInt16BE(body.length + integrityBytes, 2)
  head.writeUInt32BE(magicCookie, 4)
  transaction.copy(head, 8)
  const unsigned = Buffer.concat([head, body])
  const bytes =
    identity === undefined
      ? unsigned
      : Buffer.concat([unsigned, attribute(attributes.integrity, macOf(unsigned, identity))])
  return { bytes, answer: (answered) => readAnswer(answered, methods[method], transaction) }
}

function macOf(
  bytes: Buffer,
  { credentials, challenge }: { readonly credentials: TurnCredentials; readonly challenge: TurnChallenge },
): Buffer {
  const key = createHash('md5')
    .update(`${credentials.username}:`)
    .update(challenge.realm)
    .update(`:${credentials.credential}`)
    .digest()
  return createHmac('sha1', key).update(bytes).digest()
}

function readAnswer(bytes: Buffer, method: number, transaction: Buffer): TurnAnswer | undefined {
  if (bytes.length < headerBytes || !bytes.subarray(8, headerBytes).equals(transaction)) return undefined
  const type = bytes.readUInt16BE(0)
  if (type === (method | successClass)) return { errorCode: 0, challenge: undefined }
  if (type !== (method | errorClass)) return undefined
  const found = new Map<number, Buffer>()
  for (let at = headerBytes; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 2)
    found.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length))
    at += 4 + Math.ceil(length / 4) * 4
  }
  const code = found.get(attributes.errorCode)
  const realm = found.get(attributes.realm)
  const nonce = found.get(attributes.nonce)
  return {
    errorCode: code === undefined || code.length < 4 ? -1 : (code[2] ?? 0) * 100 + (code[3] ?? 0),
    challenge: realm === undefined || nonce === undefined ? undefined : { realm, nonce },
  }
}

function attribute(type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4)
  bytes.writeUInt16BE(type, 0)
  bytes.writeUInt16BE(value.length, 2)
  bytes.set(value, 4)
  return bytes
}
