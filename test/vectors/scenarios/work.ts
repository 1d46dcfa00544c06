// Proof of work for envelopes of strangers: what is asked for, what answers it, and what does not.

import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { deriveMailboxId, deriveWriteKey, envelopeId } from '../../../src/protocol/mailbox/capability.ts'
import { encodeRequest, encodeResponse } from '../../../src/protocol/mailbox/codec.ts'
import { searchWork, workSeed } from '../../../src/protocol/mailbox/work.ts'
import { seededRandom } from '../../protocol/session/people.ts'
import type { CaseFile } from '../cases.ts'
import { build, scenario } from './scenario.ts'

const bits = 12

export function workFile(): Promise<CaseFile> {
  const random = seededRandom('work')
  const token = random(32)
  const writeKey = deriveWriteKey(random(32))
  const mailboxId = deriveMailboxId(writeKey)
  const envelope = random(100)
  const seed = workSeed({ token, mailboxId, envelopeId: envelopeId(envelope) })
  const first = searchWork(seed, bits, 0, 2 ** 20) ?? 0
  const late = searchWork(seed, bits, 2 ** 32, 2 ** 20) ?? 0
  const check = (name: string, changed: Record<string, Uint8Array | number>, error?: string) =>
    scenario(name, 'work.check', { token, mailboxId, envelope, nonce: first, bits, ...changed }, error)
  const request = (name: string, bytes: Uint8Array, error?: string) =>
    scenario(name, 'mailbox.decode-request', { bytes }, error)
  const answer = (name: string, bytes: Uint8Array, error?: string) =>
    scenario(name, 'mailbox.decode-server-frame', { bytes }, error)
  /** A put with this work, whatever it is. */
  const putting = (work: Value): Uint8Array =>
    encodeCbor([1, 1, 7, [[3, new Map<number, Value>([[1, writeKey], [2, [envelope]], [3, work]])]]])
  /** `too-many-requests` that asks for this. */
  const asking = (challenge: Value): Uint8Array =>
    encodeCbor([1, 2, 7, [[6, new Map<number, Value>([[1, 5], [3, challenge]])]]])
  const fields = (one: Value, two: Value): Value => new Map<number, Value>([[1, one], [2, two]])
  return build('Proof of work for envelopes of strangers, protocol version 1. Bytes are hex.', [
    check('the first nonce', {}),
    check('a nonce of more than 32 bits', { nonce: late }),
    check('fewer bits than were found', { bits: bits - 1 }),
    check('another nonce', { nonce: first + 1 }, 'refused'),
    check('more bits than were found', { bits: 22 }, 'refused'),
    check('another token', { token: random(32) }, 'refused'),
    check('another mailbox', { mailboxId: random(32) }, 'refused'),
    check('another envelope', { envelope: random(100) }, 'refused'),
    request('a put with work', encodeRequest({ id: 7, commands: [{ kind: 'put', writeKey, envelopes: [envelope], work: { token, nonce: first } }] })),
    request('a put with work, as bytes', putting(fields(token, first))),
    request('a token of 31 bytes', putting(fields(token.subarray(1), first)), 'refused'),
    request('a negative nonce', putting(fields(token, -1)), 'refused'),
    request('work without a nonce', putting(new Map<number, Value>([[1, token]])), 'refused'),
    request('work that is no structure', putting(token), 'refused'),
    answer('asked for work', encodeResponse({ id: 7, replies: [{ kind: 'error', code: 'too-many-requests', retryAfterMs: 5000, work: { token, bits } }] })),
    answer('asked for more than anybody does', asking(fields(token, 256))),
    answer('asked for 0 bits', asking(fields(token, 0)), 'refused'),
    answer('asked for 257 bits', asking(fields(token, 257)), 'refused'),
    answer('asked without a token', asking(new Map<number, Value>([[2, bits]])), 'refused'),
  ])
}
