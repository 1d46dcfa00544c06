// What people do in a thread besides writing: replies, mentions, reactions, edits, taking back, timers, pins; follows and
// posts, and what two people tell each other of groups.

import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { encodeInviteLink } from '../../../src/protocol/invite/link.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { seededRandom } from '../../protocol/session/people.ts'
import type { CaseFile } from '../cases.ts'
import { build, scenario } from './scenario.ts'

type Entry = readonly [number, Value]

export function threadsFile(): Promise<CaseFile> {
  const random = seededRandom('threads')
  const map = (...entries: readonly Entry[]): Value => new Map(entries)
  const [messageId, conversationId, head, other, person] = [
    random(16),
    random(16),
    random(32),
    random(16),
    random(32),
  ] as const
  const link = encodeInviteLink({
    fingerprint: person,
    relays: ['https://relay.example'],
    writeKey: random(32),
    psk: random(32),
    uses: 1,
    expiresAtMs: 1_800_000_000_000,
    name: 'Cem',
  })
  const first = random(40)
  const log = map([1, 1], [2, head])
  const content = (body: Value): Uint8Array =>
    encodeCbor(map([1, messageId], [2, conversationId], [3, []], [4, []], [5, log], [6, 0], [7, body]))
  const refused = 'refused'
  const decode = (name: string, body: Value, error?: string) =>
    scenario(name, 'content.decode', { bytes: content(body) }, error)
  const message = (title: string, text: string, entries: readonly Entry[], error?: string) =>
    decode(`message: ${title}`, [3, map([1, text], [2, []], ...entries)], error)
  const mention = (from: number, to: number): Value => map([1, from], [2, to], [3, person])
  const reaction = (emoji: string, error?: string) =>
    decode(`reaction: ${JSON.stringify(emoji)}`, [10, map([1, other], [2, emoji])], error)
  const timer = (lifeMs: Value, error?: string) => decode(`timer: ${JSON.stringify(lifeMs)}`, [13, map([1, lifeMs])], error)
  const unsend = (title: string, ids: Value, error?: string) => decode(`unsend: ${title}`, [12, map([1, ids])], error)

  return build('Threads, follows and posts, protocol version 1. Bytes are hex.', [
    message('a reply', 'Yes', [[4, other]]),
    message('a reply to half an id', 'Yes', [[4, random(8)]], refused),
    message('mentions in code points', '👋Bo and Cem', [[5, [mention(1, 3), mention(8, 11)]]]),
    message('a mention of nothing', 'Bo', [[5, [mention(1, 1)]]], refused),
    message('a mention beyond the end', '👋Bo', [[5, [mention(1, 4)]]], refused),
    message('mentions out of order', 'Bo and Cem', [[5, [mention(7, 10), mention(0, 2)]]], refused),
    message('an empty list of mentions', 'Bo', [[5, []]], refused),
    message('with a timer', 'Bo', [[6, limits.lifeMinMs]]),
    message('with too short a timer', 'Bo', [[6, limits.lifeMinMs - 1]], refused),
    message('with a timer of nothing', 'Bo', [[6, 0]], refused),
    message('a field 7', 'Bo', [[7, 0]], refused),
    ...['❤️', '👍', '👩🏽‍❤️‍💋‍👨🏿', '1', 'ß'].map((emoji) => reaction(emoji)),
    ...['', ' ', 'a b', '\n', '\u{200d}', '\u{202e}a', '👋'.repeat(17)].map((emoji) => reaction(emoji, refused)),
    decode('reaction: taken back', [10, map([1, other])]),
    decode('edit', [11, map([1, other], [2, 'Better'])]),
    decode('edit: without a text', [11, map([1, other])], refused),
    unsend('one', [other]),
    unsend('256', Array.from({ length: limits.unsentIds }, () => random(16))),
    unsend('none', [], refused),
    unsend('257', Array.from({ length: limits.unsentIds + 1 }, () => random(16)), refused),
    ...[0, limits.lifeMinMs, limits.lifeMs].map((lifeMs) => timer(lifeMs)),
    ...[1, limits.lifeMinMs - 1, limits.lifeMs + 1, -1, '5000'].map((lifeMs) => timer(lifeMs, refused)),
    decode('pin', [14, map([1, other], [2, true])]),
    decode('pin: taken away', [14, map([1, other], [2, false])]),
    decode('pin: as a number', [14, map([1, other], [2, 1])], refused),
    decode('typing', [15, map([1, true])]),
    decode('follow', [16, map([1, true])]),
    decode('follower', [17, map([1, false])]),
    decode('post', [18, map([1, 'At the sea'], [2, []], [3, 1_800_086_400_000])]),
    decode('invitation', [19, map([1, other], [2, first], [3, 'The sea'], [4, [map([1, person], [2, 'Ana'])]])]),
    decode('invitation: to nobody', [19, map([1, other], [2, first], [3, 'The sea'], [4, []])], refused),
    decode('consent', [20, map([1, first])]),
    decode('consent: of nothing', [20, map([1, new Uint8Array()])], refused),
    decode('operations', [21, map([1, person], [2, [person]], [3, [first, first]])]),
    decode('operations: without heads', [21, map([1, person], [2, []], [3, [first]])], refused),
    decode('compare', [22, map([1, person], [2, [person]])]),
    decode('compare: nine heads', [22, map([1, person], [2, Array.from({ length: 9 }, () => person)])], refused),
    decode('introduce', [30, map([1, other], [2, person], [3, 'Bo'], [4, 'you both sail'])]),
    decode('introduce: without a name', [30, map([1, other], [2, person])], refused),
    decode('introduced', [31, map([1, other], [2, link])]),
    decode('introduced: no link', [31, map([1, other], [2, 'https://relay.example'])], refused),
    decode('meet', [32, map([1, other], [2, person], [3, 'Cem'], [5, link])]),
    decode('post: of nothing', [18, map([2, []], [3, 1_800_086_400_000])], refused),
    decode('post: without an end', [18, map([1, 'At the sea'], [2, []])], refused),
  ])
}
