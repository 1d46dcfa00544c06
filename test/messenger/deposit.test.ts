// What a device does for a relay that asks for work, and what it does not.

import { expect, test } from 'vitest'
import type { DepositReply } from '../../src/messenger/delivery/deposit.ts'
import { createDeposits } from '../../src/messenger/delivery/deposit.ts'
import { limits, times } from '../../src/messenger/limits.ts'
import type { RelayConnection } from '../../src/messenger/ports.ts'
import { deriveMailboxId, envelopeId } from '../../src/protocol/mailbox/capability.ts'
import type { MailboxCommand, MailboxReply } from '../../src/protocol/mailbox/command.ts'
import { checkWork, workSeed } from '../../src/protocol/mailbox/work.ts'
import { createFakeClock } from '../support/world/clock.ts'

const writeKey = new Uint8Array(32).fill(1)
const token = new Uint8Array(32).fill(2)
const envelope = Uint8Array.of(1, 2, 3)
const asking = (bits: number): MailboxReply => ({ kind: 'error', code: 'too-many-requests', work: { token, bits } })
const stored = (count: number): MailboxReply => ({ kind: 'stored', until: Array<number>(count).fill(9) })

type Put = Extract<MailboxCommand, { readonly kind: 'put' }>

function start(answer: (put: Put) => MailboxReply, workHashes?: number) {
  const clock = createFakeClock(0)
  const closing = new AbortController()
  const puts: Put[] = []
  const relay = relayOf((put) => {
    puts.push(put)
    return answer(put)
  })
  const deposits = createDeposits({ clock, closing: closing.signal }, workHashes)
  return {
    clock,
    closing,
    puts,
    put: (...envelopes: Uint8Array[]) => deposits.put(relay, { writeKey, isInvite: true }, envelopes),
    putToContact: (...envelopes: Uint8Array[]) => deposits.put(relay, { writeKey, isInvite: false }, envelopes),
  }
}

function relayOf(answer: (put: Put) => MailboxReply): RelayConnection {
  const unused = (): never => {
    throw new Error('not asked')
  }
  return {
    url: 'https://relay.example',
    state: 'live',
    info: unused,
    putSegment: unused,
    getSegment: unused,
    presentSegments: unused,
    call: (commands) =>
      Promise.resolve(
        commands.map((command) => {
          if (command.kind !== 'put') throw new Error('not a put')
          return answer(command)
        }),
      ),
  }
}

const isProven = ({ envelopes, work }: Put, bits: number): boolean => {
  const [only] = envelopes
  if (work === undefined || only === undefined || envelopes.length !== 1) return false
  const seed = workSeed({ token: work.token, mailboxId: deriveMailboxId(writeKey), envelopeId: envelopeId(only) })
  return checkWork(seed, work.nonce, bits)
}

test('nothing is worked for that is taken for nothing', async () => {
  const { put, puts } = start(({ envelopes }) => stored(envelopes.length))
  expect(await put(envelope, Uint8Array.of(4))).toEqual(stored(2))
  expect(puts).toHaveLength(1)
})

test('each envelope gets work of its own, but for those that are there already', async () => {
  const there = Uint8Array.of(7)
  const bits = 6
  const { put, puts, clock } = start((command) => {
    const isThere = command.envelopes.length === 1 && command.envelopes[0] === there
    return isThere || isProven(command, bits) ? stored(1) : asking(bits)
  })
  const putting = put(envelope, there, Uint8Array.of(5))
  await clock.advance(1_000)
  expect(await putting).toEqual({ kind: 'stored', until: [9, 9, 9] })
  expect(puts.filter(({ work }) => work !== undefined)).toHaveLength(2)
})

test('everything else goes on meanwhile', async () => {
  const { put, clock } = start((command) => (isProven(command, 16) ? stored(1) : asking(16)))
  const order: string[] = []
  clock.after(2, () => void order.push('something else'))
  const putting = put(envelope).then(() => void order.push('stored'))
  await clock.advance(1_000)
  await putting
  expect(order).toEqual(['something else', 'stored'])
})

test('a slow device pauses after fewer hashes: a slice has a time', async () => {
  const hashesBetweenPauses = async (lookMs: number): Promise<number> => {
    let looks = 0
    let pauses = 0
    const clock = {
      now: () => looks++ * lookMs,
      after(_delayMs: number, callback: () => void) {
        pauses++
        queueMicrotask(callback)
        return () => {}
      },
    }
    const deposits = createDeposits({ clock, closing: new AbortController().signal }, 2 ** 16)
    expect(
      await deposits.put(
        relayOf(() => asking(22)),
        { writeKey, isInvite: true },
        [envelope],
      ),
    ).toEqual({ kind: 'later' })
    return 2 ** 16 / pauses
  }
  expect(await hashesBetweenPauses(0)).toBe(limits.workBatches * limits.workBatch)
  expect(await hashesBetweenPauses(times.workSliceMs)).toBe(limits.workBatch)
})

test('more than a device does is not begun', async () => {
  const { put, puts } = start(() => asking(23))
  expect(await put(envelope)).toEqual({ kind: 'too-much-work' })
  expect(puts).toHaveLength(1)
})

test('nothing is worked for in the mailbox of a contact, where no stranger writes', async () => {
  const { putToContact, puts } = start(() => asking(4))
  expect(await putToContact(envelope, Uint8Array.of(4))).toEqual(asking(4))
  expect(puts).toHaveLength(1)
})

test('a relay that is never content is told so each time, and asked again later', async () => {
  const { put, puts, clock } = start(() => asking(4))
  const putting = put(envelope)
  await clock.advance(1_000)
  expect(await putting).toEqual(asking(4))
  expect(puts).toHaveLength(2)
})

test('a relay gets its share of work an hour and no more', async () => {
  const { put, puts, clock } = start(() => asking(10), 20_000)
  let replies = 0
  let last: DepositReply | undefined
  while (last?.kind !== 'later') {
    const putting = put(Uint8Array.of(replies >> 8, replies & 255))
    await clock.advance(600)
    last = await putting
    replies++
  }
  // Worked for, and not taken: then it is only asked.
  expect(puts.filter(({ work }) => work !== undefined)).toHaveLength(replies - 1)
  expect(await put(envelope)).toEqual({ kind: 'later' })
  await clock.advance(times.workMs)
  const putting = put(envelope)
  await clock.advance(1_000)
  expect((await putting)?.kind).toBe('error')
})

test('closing ends the work', async () => {
  const { put, clock, closing } = start(() => asking(22))
  const putting = put(envelope)
  await clock.advance(3)
  closing.abort(new Error('closed'))
  await expect(putting).rejects.toThrow('closed')
})
