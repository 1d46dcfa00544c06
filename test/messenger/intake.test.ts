// What a relay answers when a device asks for many mailboxes at once, and how they are emptied all the same.

import { describe, expect, it } from 'vitest'
import type { KeyedMailbox, Outcome } from '../../src/messenger/delivery/intake.ts'
import { createIntake } from '../../src/messenger/delivery/intake.ts'
import { times } from '../../src/messenger/limits.ts'
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

const clockAt = (nowMs: () => number) => ({ now: nowMs, after: () => () => {} })

function intakeInto(taken: (readonly [string, number])[]) {
  const context = { closing: new AbortController().signal, clock: clockAt(() => 0) }
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

/** A relay that keeps what is not acknowledged, and a device that has yet to decide about what is `aside`. */
function undecidedAbout(aside: readonly number[]) {
  const refuse = () => Promise.reject(new Error('not asked for here'))
  const kept = new Set<number>()
  const served: number[] = []
  const tried: number[] = []
  const relay: RelayConnection = {
    url: 'https://relay.example',
    state: 'live',
    info: refuse,
    call: async (commands) =>
      commands.map((command) => {
        if (command.kind === 'ack') for (const [sequence = 0] of command.ids) kept.delete(sequence)
        if (command.kind !== 'fetch') return { kind: 'ok' }
        const found = [...kept].filter((sequence) => sequence > command.after).toSorted((a, b) => a - b)
        const items = found.slice(0, command.limit)
        served.push(...items)
        return envelopes(found.length > items.length, ...items)
      }),
    putSegment: refuse,
    getSegment: refuse,
    presentSegments: refuse,
  }
  const device = { nowMs: 0, isDecided: false, whenTried: () => {} }
  const context = { closing: new AbortController().signal, clock: clockAt(() => device.nowMs) }
  const intake = createIntake(context, async (_, [sequence = 0]): Promise<Outcome> => {
    const outcome = aside.includes(sequence) && !device.isDecided ? 'undecided' : 'done'
    tried.push(sequence)
    device.whenTried()
    return outcome
  })
  const put = (...sequences: readonly number[]): void => sequences.forEach((sequence) => kept.add(sequence))
  /** What is served and tried in one look. */
  const look = async (): Promise<readonly number[]> => {
    served.length = 0
    tried.length = 0
    await intake.drain(relay, [mailbox('first', 1)])
    expect(tried).toEqual(served)
    return [...served]
  }
  const pushed = (sequence: number): Promise<void> => {
    put(sequence)
    const item = { sequence, id: new Uint8Array(32).fill(sequence), bytes: Uint8Array.of(sequence) }
    return intake.pushed(relay, mailbox('first', 1), [item])
  }
  return { intake, device, put, look, pushed, kept, tried }
}

describe('what waits for the person’s word', () => {
  const many = Array.from({ length: 100 }, (_, index) => index + 1)

  it('is fetched and tried once, and what is behind it is taken', async () => {
    const { put, look, kept } = undecidedAbout(many)
    put(...many, 101)
    expect(await look()).toEqual([...many, 101])
    for (let round = 0; round < 3; round++) expect(await look()).toEqual([])
    put(102)
    expect(await look()).toEqual([102])
    expect([...kept]).toEqual(many)
  })

  it('is taken when they have decided, also while it was being tried', async () => {
    const { intake, device, put, look, kept } = undecidedAbout([1, 2])
    put(1, 2)
    device.whenTried = () => {
      device.isDecided = true
      intake.decided()
    }
    await look()
    device.whenTried = () => {}
    expect(await look()).toEqual([1])
    expect([...kept]).toEqual([])
  })

  it('is looked at again after some hours, whatever comes behind it', async () => {
    const { device, put, look } = undecidedAbout([1, 2, 3])
    put(1, 2)
    await look()
    device.nowMs = times.undecidedMs - 1
    put(3)
    expect(await look()).toEqual([3])
    device.nowMs = times.undecidedMs
    expect(await look()).toEqual([1, 2, 3])
    expect(await look()).toEqual([])
  })

  it('hides nothing when the relay counts anew', async () => {
    const { put, look, pushed, kept, tried } = undecidedAbout([50])
    put(50)
    await look()
    await pushed(7)
    expect(tried).toContain(7)
    expect([...kept]).toEqual([50])
  })
})
