// What a relay answers when a device asks for many mailboxes at once, and how they are emptied all the same.

import { describe, expect, it } from 'vitest'
import type { KeyedMailbox } from '../../src/messenger/delivery/intake.ts'
import { createIntake } from '../../src/messenger/delivery/intake.ts'
import type { RelayConnection } from '../../src/messenger/ports.ts'
import type { MailboxCommand, MailboxReply } from '../../src/protocol/mailbox/command.ts'

const mailbox = (id: string, readKey: number): KeyedMailbox => [
  id,
  {
    relay: 'https://relay.example',
    readKey: new Uint8Array(32).fill(readKey),
    purpose: { kind: 'contact', contactId: id },
    closing: false,
  },
]
const envelopes = (more: boolean, ...sequences: readonly number[]): MailboxReply => ({
  kind: 'envelopes',
  items: sequences.map((sequence) => ({
    sequence,
    id: new Uint8Array(32).fill(sequence),
    bytes: Uint8Array.of(sequence),
  })),
  more,
})

/** A relay that gives these answers to fetches, one request after the other, and says yes to everything else. */
function relayThat(answers: readonly (readonly MailboxReply[])[]) {
  const asked: MailboxCommand[][] = []
  const refuse = () => Promise.reject(new Error('not asked for here'))
  const relay: RelayConnection = {
    url: 'https://relay.example',
    state: 'live',
    info: refuse,
    call: async (commands) => {
      if (commands[0]?.kind !== 'fetch') return commands.map(() => ({ kind: 'ok' }))
      asked.push([...commands])
      return answers[asked.length - 1] ?? []
    },
    putSegment: refuse,
    getSegment: refuse,
    presentSegments: refuse,
  }
  return { relay, asked }
}

function intakeInto(taken: (readonly [string, number])[]) {
  const context = { closing: new AbortController().signal }
  return createIntake(context, async (id, bytes) => {
    taken.push([id, bytes[0] ?? 0])
    return 'done'
  })
}

describe('taking what lies in several mailboxes', () => {
  it('asks for one alone when the answer for all had no room left for it', async () => {
    const { relay, asked } = relayThat([
      [envelopes(false, 1), envelopes(true)],
      [envelopes(true, 2)],
      [envelopes(false, 3)],
    ])
    const taken: [string, number][] = []
    await intakeInto(taken).drain(relay, [mailbox('first', 1), mailbox('second', 2)])
    expect(taken).toEqual([
      ['first', 1],
      ['second', 2],
      ['second', 3],
    ])
    expect(asked.map((commands) => commands.length)).toEqual([2, 1, 1])
  })

  it('does not ask for ever when a relay says that there is more and gives nothing', async () => {
    const { relay, asked } = relayThat(Array.from({ length: 20 }, () => [envelopes(true)]))
    await intakeInto([]).drain(relay, [mailbox('first', 1)])
    expect(asked).toHaveLength(2)
  })
})
