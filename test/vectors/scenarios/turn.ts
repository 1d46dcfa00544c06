// Credentials for a relay's TURN server: the frames, and what a client refuses of them.

import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { encodeRequest, encodeResponse } from '../../../src/protocol/mailbox/codec.ts'
import type { CaseFile } from '../cases.ts'
import { build, scenario } from './scenario.ts'

const url = 'turn:relay.example:3478'

export function turnFile(): Promise<CaseFile> {
  const answer = (name: string, bytes: Uint8Array, error?: string) =>
    scenario(name, 'mailbox.decode-server-frame', { bytes }, error)
  /** Credentials with these fields in the place of good ones. */
  const giving = (changed: ReadonlyMap<number, Value>): Uint8Array => {
    const good: readonly (readonly [number, Value])[] = [[1, [url]], [2, '1800000000'], [3, 'c2VjcmV0'], [4, 3_600_000]]
    return encodeCbor([1, 2, 7, [[8, new Map<number, Value>([...good, ...changed])]]])
  }
  const one = (field: number, value: Value) => giving(new Map<number, Value>([[field, value]]))
  return build('TURN credentials, protocol version 1. Bytes are hex.', [
    scenario('asking', 'mailbox.decode-request', { bytes: encodeRequest({ id: 7, commands: [{ kind: 'turn' }] }) }),
    answer('credentials', encodeResponse({ id: 7, replies: [{ kind: 'turn', urls: [url, 'turns:relay.example:5349'], username: '1800000000', credential: 'c2VjcmV0', lifetimeMs: 3_600_000 }] })),
    answer('as bytes', giving(new Map())),
    answer('five addresses', one(1, Array.from({ length: limits.turnUrls + 1 }, () => url)), 'refused'),
    answer('an address of another kind', one(1, ['https://relay.example']), 'refused'),
    answer('an address with a space', one(1, [`${url} `]), 'refused'),
    answer('an address of 257 characters', one(1, [url.padEnd(257, '0')]), 'refused'),
    answer('a name with a line break', one(2, '1800000000\n'), 'refused'),
    answer('no name', one(2, ''), 'refused'),
    answer('a password of 129 characters', one(3, 'a'.repeat(129)), 'refused'),
    answer('good for more than a day', one(4, limits.turnMs + 1), 'refused'),
  ])
}
