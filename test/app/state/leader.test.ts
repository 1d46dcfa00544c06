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
