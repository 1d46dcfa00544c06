import { expect, it } from 'vitest'
import type { AppEvent } from '../../../src/app/state/calls.ts'
import { leaderCalls } from '../../../src/app/state/leader.ts'
import { createFakeMessenger } from '../../support/fake-messenger.ts'

it('tells every tab how far a video is once for each percent, however often it is said', async () => {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  const send = messenger.send.bind(messenger)
  messenger.send = (conversationId, draft, options) => {
    for (let step = 0; step <= 5000; step += 1) options?.onProgress?.(step / 5000)
    const { onProgress: _, ...rest } = options ?? {}
    return send(conversationId, draft, rest)
  }
  const told: AppEvent[] = []
  await leaderCalls(messenger, (event) => told.push(event)).send('m1', 'c0b0', { text: 'Long', media: [] })
  const fractions = told.flatMap((event) => (event.kind === 'preparing' ? [event.fraction] : []))
  expect(fractions).toHaveLength(101)
  expect([fractions[0], fractions.at(-1)]).toEqual([0, 1])
})

it('tells every tab what is done with it, also where that takes no percent', async () => {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.prepare = async (_, { onProgress }) => {
    for (const kind of ['read', 'encode', 'encrypt', 'encrypt'] as const)
      onProgress(0.5, { kind, doneBytes: 1, totalBytes: 1 })
    onProgress(0.5)
    return { kind: 'photo', data: new Blob(['x']), width: 1, height: 1 }
  }
  const told: AppEvent[] = []
  const calls = leaderCalls(messenger, (event) => told.push(event))
  const draft = { media: [{ data: new Blob(['x']) }] }
  const stages = () =>
    told.splice(0).flatMap((event) => (event.kind === 'preparing' ? [[event.messageId, event.stage]] : []))
  await calls.send('a1', 'c0b0', draft)
  expect(stages()).toEqual(['read', 'encode', 'encrypt', undefined].map((stage) => ['a1', stage]))
  await calls.createPost('a2', { ...draft, lifeMs: 1000 })
  expect(stages()).toEqual(['read', 'encode', 'encrypt', undefined].map((stage) => ['a2', stage]))
})

it('gives of a broadcast what became of it with each, as what survives the way between tabs, and joins one under way', async () => {
  const messenger = createFakeMessenger({ name: 'Ana' })
  for (const [id, name] of [
    ['b0', 'Bo'],
    ['c0', 'Cem'],
  ] as const)
    messenger.addContact({ id, name })
  messenger.unreachable.add('c0')
  const told: AppEvent[] = []
  const calls = leaderCalls(messenger, (event) => told.push(event))
  const to = [
    { contactId: 'b0', messageId: 'b0'.repeat(16) },
    { contactId: 'c0', messageId: 'c0'.repeat(16) },
  ]
  const first = calls.broadcast('f0', to, { text: 'Hello', media: [] })
  const again = calls.broadcast('f0', to, { text: 'Hello', media: [] })
  expect(await calls.sending()).toBe(1)
  const outcomes = await first
  expect(await again).toBe(outcomes)
  expect(structuredClone(outcomes)).toEqual([to[0], { ...to[1], error: { key: 'usage/blocked' } }])
  expect(messenger.sent).toEqual(['b0'.repeat(16)])
  const arrived = told.flatMap((event) => (event.kind === 'message' ? [event.message.conversationId] : []))
  expect(arrived).toEqual(['c0b0'])
  expect(await calls.sending()).toBe(0)
})
