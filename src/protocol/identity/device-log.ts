// The log of an account's devices: additions and revocations, each signed by the account and bound to the one before by
// its hash. A log that is shorter than, or differs from, one already known shows that somebody rolled it back or forked
// it. Version 1 has one device, on this structure. Spec: docs/protocol.md §1.

import type { Bytes } from '../bytes.ts'
import { concatBytes, equalBytes, toHex } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { bytesUpTo, decodeWith, encodeWith, fixedBytes, integer } from '../cbor/codec.ts'
import { field, listOf, shape, variant } from '../cbor/shape.ts'
import type { LogHead } from '../content/content.ts'
import { labels } from '../labels.ts'
import { limits } from '../limits.ts'
import { sign, verify } from '../primitives/ed25519.ts'
import type { SigningKey } from '../primitives/ed25519.ts'
import { sha256 } from '../primitives/hash.ts'
import { isDhPublicKey } from '../primitives/x25519.ts'

/** Entries are the signed bytes, oldest first; `length` and `head` name this state of the log. */
export interface DeviceLog extends LogHead {
  readonly entries: readonly Bytes[]
}

export type DeviceOperation =
  | {
      readonly kind: 'add'
      /** 16 random bytes, never used again in this log. */
      readonly deviceId: Bytes
      readonly signKey: Bytes
      readonly dhKey: Bytes
      readonly atMs: number
    }
  | { readonly kind: 'revoke'; readonly deviceId: Bytes; readonly atMs: number }

export type DeviceAddition = Extract<DeviceOperation, { kind: 'add' }>

/** What a log that verifies says. */
export interface OpenedDeviceLog {
  readonly log: DeviceLog
  /** Added and not revoked. */
  readonly devices: readonly DeviceAddition[]
}

interface Entry {
  /** Position, from 0. */
  readonly index: number
  /** The head before this entry. */
  readonly previous: Bytes
  readonly operation: DeviceOperation
}

/** The head of the log without entries. */
const emptyHead: Bytes = new Uint8Array(32)
const emptyLog: DeviceLog = { entries: [], length: 0, head: emptyHead }

const signatureBytes = 64
/** An addition, its signature and their frame are about 230 bytes. */
const entryBytes = 512
const bounds = { maxBytes: entryBytes, maxDepth: limits.cborDepth, maxItems: 64 }

const deviceId = fixedBytes(16)
const key = fixedBytes(32)

const entryCodec: Codec<Entry> = shape({
  index: field(1, integer(limits.deviceLogEntries - 1)),
  previous: field(2, key),
  operation: field(
    3,
    variant({
      add: [
        1,
        shape({
          deviceId: field(1, deviceId),
          signKey: field(2, key),
          dhKey: field(3, key),
          atMs: field(4, integer()),
        }),
      ],
      revoke: [2, shape({ deviceId: field(1, deviceId), atMs: field(2, integer()) })],
    }),
  ),
})

const signedCodec: Codec<{ readonly entry: Bytes; readonly signature: Bytes }> = shape({
  entry: field(1, bytesUpTo(entryBytes)),
  signature: field(2, fixedBytes(signatureBytes)),
})

/** How a log stands in a larger structure; decoding does not verify, `openDeviceLog` does. */
export const logEntriesCodec = listOf(bytesUpTo(entryBytes, 1), limits.deviceLogEntries, 1)

export function createDeviceLog(account: SigningKey, first: DeviceAddition): DeviceLog {
  return appendDevice(emptyLog, account, first)
}

/** @throws EncodingError when the log is full */
export function appendDevice(log: DeviceLog, account: SigningKey, operation: DeviceOperation): DeviceLog {
  const entry = encodeWith(entryCodec, { index: log.length, previous: log.head, operation })
  const signature = sign(account.secretKey, concatBytes(labels.deviceLogSignature, entry))
  const signed = encodeWith(signedCodec, { entry, signature })
  return { entries: [...log.entries, signed], length: log.length + 1, head: headAfter(log.head, signed) }
}

/**
 * Undefined unless every entry is signed by the account, follows the one before, adds a device that was never there, or
 * revokes one that is.
 */
export function openDeviceLog(accountPublicKey: Bytes, entries: readonly Bytes[]): OpenedDeviceLog | undefined {
  if (entries.length === 0 || entries.length > limits.deviceLogEntries) return undefined
  const everAdded = new Set<string>()
  const devices = new Map<string, DeviceAddition>()
  let head: Bytes = emptyHead
  for (const [index, bytes] of entries.entries()) {
    const entry = openEntry(accountPublicKey, bytes)
    if (entry === undefined || entry.index !== index || !equalBytes(entry.previous, head)) return undefined
    const { operation } = entry
    const id = toHex(operation.deviceId)
    if (operation.kind === 'add') {
      if (everAdded.has(id) || !isDhPublicKey(operation.dhKey)) return undefined
      everAdded.add(id)
      devices.set(id, operation)
    } else if (!devices.delete(id)) return undefined
    head = headAfter(head, bytes)
  }
  return { log: { entries, length: entries.length, head }, devices: [...devices.values()] }
}

/** The id of the device that this signed entry revokes, wherever in the account's log it stands. */
export function openRevocation(accountPublicKey: Bytes, bytes: Bytes): Bytes | undefined {
  const operation = openEntry(accountPublicKey, bytes)?.operation
  return operation?.kind === 'revoke' ? operation.deviceId : undefined
}

/** What a state of a log that its owner shows is to the newest one known. */
export function compareLogs(shown: LogHead, known: LogHead): 'same' | 'longer' | 'shorter' | 'forked' {
  if (shown.length !== known.length) return shown.length > known.length ? 'longer' : 'shorter'
  return equalBytes(shown.head, known.head) ? 'same' : 'forked'
}

function openEntry(accountPublicKey: Bytes, bytes: Bytes): Entry | undefined {
  const signed = decodeWith(signedCodec, bytes, bounds)
  if (signed === undefined) return undefined
  const message = concatBytes(labels.deviceLogSignature, signed.entry)
  if (!verify(accountPublicKey, message, signed.signature)) return undefined
  return decodeWith(entryCodec, signed.entry, bounds)
}

function headAfter(previous: Bytes, signedEntry: Bytes): Bytes {
  return sha256(labels.deviceLogHead, previous, signedEntry)
}
