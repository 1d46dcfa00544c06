// Reports: what somebody wrote before they were accepted can be shown to others, and nothing of what came after.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ReportVerdict } from '../../src/protocol/report/file.ts'
import { verifyReport } from '../../src/protocol/report/file.ts'
import { handsOf } from '../support/world/hands.ts'
import { refusalOf } from '../support/world/reading.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'
import type { Person, World } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person

beforeEach(async () => {
  world = createWorld('reports')
  world.network.setDirectPossible(false)
  ana = await world.person('Ana')
  bo = await world.person('Bo')
})
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

const secondMs = 1000
const bytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const fingerprintOf = async (person: Person): Promise<string> => (await person.messenger.profile.get()).fingerprint

/** Bo asks, and gives what Ana has of it. */
async function ask(text = 'let me in'): Promise<{ readonly requestId: string; readonly conversationId: string }> {
  const invite = await ana.messenger.invites.create()
  const { conversationId } = await bo.messenger.invites.connect(invite.link, { text })
  await world.until(async () => (await ana.messenger.requests.list()).length === 1)
  return { requestId: (await ana.messenger.requests.list())[0]?.id ?? '', conversationId }
}

const wroteTo = (requestId: string, count: number): Promise<void> =>
  world.until(async () => {
    const found = (await ana.messenger.requests.list()).find(({ id }) => id === requestId)
    return found?.messages === count
  })

function messagesOf(verdict: ReportVerdict): readonly { readonly text?: string }[] {
  if (!verdict.holds) throw new Error(verdict.reason)
  return verdict.messages
}

describe('a request', () => {
  test('is reported with what was written besides: a third person sees who, what and when; nothing is fetched for it', async () => {
    const { requestId, conversationId } = await ask()
    await bo.messenger.send(conversationId, { text: 'answer me', media: [{ data: bytes(50_000), caption: 'me' }] })
    await wroteTo(requestId, 1)
    const before = { ...world.network.relay(relayUrl).counters }
    const { data, fileName, messages, leftOut } = await ana.messenger.requests.report(requestId)
    expect(world.network.relay(relayUrl).counters).toEqual(before)
    expect({ fileName, messages, leftOut }).toEqual({
      fileName: `safelight-report-${(await fingerprintOf(bo)).slice(0, 8)}.json`,
      messages: 2,
      leftOut: 0,
    })
    const verdict = verifyReport(data)
    expect(verdict).toMatchObject({
      holds: true,
      author: await fingerprintOf(bo),
      recipient: await fingerprintOf(ana),
      messages: [
        { name: 'Bo', text: 'let me in', media: [] },
        { text: 'answer me', media: [{ kind: 'photo', caption: 'me' }] },
      ],
    })
  })

  test('is reported from what is on the disk after a crash, and after it was blocked', async () => {
    const { requestId } = await ask()
    ana = await ana.crash()
    expect(messagesOf(verifyReport((await ana.messenger.requests.report(requestId)).data))).toHaveLength(1)
    await ana.messenger.requests.block(requestId)
    expect(messagesOf(verifyReport((await ana.messenger.requests.report(requestId)).data))).toHaveLength(1)
  })

  test('leaves nothing to report once it is deleted', async () => {
    const { requestId } = await ask()
    await ana.messenger.requests.delete(requestId)
    expect(await refusalOf(ana.messenger.requests.report(requestId))).toBe('unknown-request')
  })

  test('shows nothing of what is to be viewed once', async () => {
    const { requestId, conversationId } = await ask()
    await bo.messenger.send(conversationId, {
      text: 'only once',
      media: [{ data: bytes(5_000) }],
      view: { replays: 0 },
    })
    await wroteTo(requestId, 1)
    const report = await ana.messenger.requests.report(requestId)
    expect(messagesOf(verifyReport(report.data)).map(({ text }) => text)).toEqual(['let me in'])
  })
})

describe('a conversation', () => {
  test('has signatures until the request was accepted, and none after', async () => {
    const { requestId, conversationId } = await ask()
    await bo.messenger.send(conversationId, { text: 'before' })
    await wroteTo(requestId, 1)
    const accepted = await ana.messenger.requests.accept(requestId)
    await world.until(async () => (await bo.messenger.conversations.get(conversationId))?.accepted === true)
    await bo.messenger.send(conversationId, { text: 'after' })
    await ana.messenger.send(accepted.conversationId, { text: 'mine' })
    await world.until(async () => (await bo.messenger.conversations.page(conversationId)).length === 3)
    await world.until(async () => (await ana.messenger.conversations.page(accepted.conversationId)).length === 3)
    const report = await ana.messenger.conversations.report(accepted.conversationId)
    expect(messagesOf(verifyReport(report.data)).map(({ text }) => text)).toEqual(['let me in', 'before'])
    // She never asked him.
    expect(await refusalOf(bo.messenger.conversations.report(conversationId))).toBe('nothing-signed')
  })

  test('of two people who met has nothing more than the request', async () => {
    const ids = await introduce(world, ana, bo)
    await bo.messenger.send(ids.bo, { text: 'between us' })
    await world.until(async () => (await ana.messenger.conversations.page(ids.ana)).length === 1)
    const report = await ana.messenger.conversations.report(ids.ana)
    expect(messagesOf(verifyReport(report.data)).map(({ text }) => text)).toEqual([undefined])
  })
})

describe('somebody who was not accepted', () => {
  test('is not heard with what they did not sign, or signed for something else', async () => {
    const { requestId } = await ask()
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const message = (text: string) => ({ kind: 'message' as const, text, media: [] })
    await hands.put([message('unsigned')], { isUnsigned: true })
    await hands.put([message('signed by nobody')], { signature: new Uint8Array(64) })
    await world.clock.advance(5 * secondMs)
    expect((await ana.messenger.requests.list())[0]?.messages).toBe(0)
    await hands.put([message('signed')])
    await wroteTo(requestId, 1)
    const report = await ana.messenger.requests.report(requestId)
    expect(messagesOf(verifyReport(report.data)).map(({ text }) => text)).toEqual(['let me in', 'signed'])
  })

  test('does not change what they signed by an edit, or who they say they are', async () => {
    const { requestId } = await ask()
    await bo.messenger.close()
    const hands = await handsOf(world, bo)
    const messageId = bytes(16)
    await hands.put([{ kind: 'message', text: 'kind words', media: [] }], { messageId })
    await wroteTo(requestId, 1)
    await hands.put([
      { kind: 'edit', of: messageId, text: 'words that nobody signed' },
      { kind: 'profile', name: 'Somebody Else' },
    ])
    await world.clock.advance(5 * secondMs)
    expect((await ana.messenger.requests.list())[0]?.name).toBe('Bo')
    const { conversationId } = await ana.messenger.requests.accept(requestId)
    expect((await ana.messenger.conversations.page(conversationId)).map(({ text }) => text)).toEqual(['kind words'])
  })
})

test('What somebody changed while they waited comes once they are accepted', async () => {
  const { requestId, conversationId } = await ask()
  const sent = await bo.messenger.send(conversationId, { text: 'frist' })
  await wroteTo(requestId, 1)
  await bo.messenger.messages.edit(sent.id, 'first')
  await world.clock.advance(5 * secondMs)
  const accepted = await ana.messenger.requests.accept(requestId)
  await world.until(async () => {
    const [message] = await ana.messenger.conversations.page(accepted.conversationId)
    return message?.text === 'first'
  })
})
