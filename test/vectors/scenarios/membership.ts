// Joining a relay: what it stores of codes and memberships, the frames, and the links.

import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import { encodeRequest, encodeResponse } from '../../../src/protocol/mailbox/codec.ts'
import { createMembership, encodeJoinLink } from '../../../src/protocol/mailbox/membership.ts'
import { seededRandom } from '../../protocol/session/people.ts'
import type { CaseFile } from '../cases.ts'
import { build, scenario } from './scenario.ts'

export function membershipFile(): Promise<CaseFile> {
  const random = seededRandom('membership')
  const code = random(16)
  const membership = createMembership(random)
  const link = encodeJoinLink({ relay: 'https://relay.example', code })
  const request = (name: string, bytes: Uint8Array, error?: string) =>
    scenario(name, 'mailbox.decode-request', { bytes }, error)
  /** A join with these fields, whatever they are. */
  const joining = (fields: ReadonlyMap<number, string | Uint8Array>): Uint8Array =>
    encodeCbor([1, 1, 7, [[11, fields]]])
  const decode = (name: string, text: string, error?: string) =>
    scenario(name, 'membership.decode-link', { link: text }, error)
  return build('Joining a relay, protocol version 1. Bytes are hex.', [
    scenario('what a relay stores', 'membership.ids', { code, membership }),
    request('join', encodeRequest({ id: 7, commands: [{ kind: 'join', code, membership }] })),
    request('join, as bytes', joining(new Map<number, string | Uint8Array>([[1, code], [2, membership]]))),
    request('a code of 15 bytes', joining(new Map<number, string | Uint8Array>([[1, code.subarray(1)], [2, membership]])), 'refused'),
    request('a membership of 42 characters', joining(new Map<number, string | Uint8Array>([[1, code], [2, membership.slice(1)]])), 'refused'),
    request('a membership with unused bits', joining(new Map<number, string | Uint8Array>([[1, code], [2, `${'A'.repeat(42)}B`]])), 'refused'),
    request('a membership with a dot', joining(new Map<number, string | Uint8Array>([[1, code], [2, `.${membership.slice(1)}`]])), 'refused'),
    request('no membership', joining(new Map<number, string | Uint8Array>([[1, code]])), 'refused'),
    ...(['unknown-code', 'code-used', 'code-expired', 'joining-closed', 'banned'] as const).map((error) =>
      scenario(`answered ${error}`, 'mailbox.decode-server-frame', {
        bytes: encodeResponse({ id: 7, replies: [{ kind: 'error', code: error }] }),
      }),
    ),
    decode('a link', link),
    decode('a link with a port', encodeJoinLink({ relay: 'http://localhost:8080', code })),
    decode('a link that was broken into lines', ` ${link.slice(0, 20)}\n${link.slice(20)} `),
    decode('a code alone', link.slice(-22), 'refused'),
    decode('one character short', link.slice(0, -1), 'refused'),
    decode('one character long', `${link}A`, 'refused'),
    decode('no origin', link.replace('https://', ''), 'refused'),
    decode('a path', link.replace('/#', '/app/#'), 'refused'),
    decode('an invite link', link.replace('#join/', '#i/'), 'refused'),
    decode('two codes', `${link}/#join/${link.slice(-22)}`, 'refused'),
  ])
}
