// The models of two tabs of one browser: what each knows of the other.

import { expect, it } from 'vitest'
import { createTabClient } from '../../../src/app/state/client.ts'
import { leaderCalls } from '../../../src/app/state/leader.ts'
import { createModel } from '../../../src/app/state/model.ts'
import { createFakeMessenger } from '../../support/fake-messenger.ts'
import { tabChannels } from './channels.ts'

function browser() {
  const channel = tabChannels()
  let ids = 0
  const newId = () => String((ids += 1)).padStart(32, '0')
  return () => {
    const client = createTabClient(channel(), newId)
    return { client, model: createModel(client, newId, Date.now) }
  }
}

const film = { data: new Uint8Array(1), quality: 'standard' } as const

it('is busy in every tab, also in those opened meanwhile, while one of them has something prepared', async () => {
  for (const sender of [0, 1]) {
    const openTab = browser()
    const tabs = [openTab(), openTab()]
    const messenger = createFakeMessenger({ name: 'Ana' })
    const { conversationId } = messenger.addContact({ id: 'b0', name: 'Bo' })
    const { promise: prepared, reject: cancel } = Promise.withResolvers<never>()
    messenger.prepare = () => prepared
    tabs[0]?.client.lead((emit) => leaderCalls(messenger, emit))
    await expect.poll(() => tabs[1]?.model.profile.value?.name).toBe('Ana')
    const busy = () => tabs.map(({ model }) => model.busy.value)
    expect(busy()).toEqual([false, false])

    const sent = tabs[sender]?.model.thread(conversationId).send({ media: [film] })
    await expect.poll(busy).toEqual([true, true])
    tabs.push(openTab())
    await expect.poll(busy).toEqual([true, true, true])
    // What comes after it waits for its turn.
    const text = tabs[sender]?.model.thread(conversationId).send({ text: 'after it', media: [] })
    const id = tabs[sender]?.model.thread(conversationId).pending.value[0]?.id ?? ''
    tabs[sender]?.model.thread(conversationId).dropPending(id)
    cancel(new DOMException('cancelled', 'AbortError'))
    await Promise.all([sent, text])
    await expect.poll(busy).toEqual([false, false, false])
    expect(messenger.sent).toHaveLength(1)
  }
})

it('is not busy with what the tab that led had prepared, once another one leads', async () => {
  const openTab = browser()
  const [first, second, third] = [openTab(), openTab(), openTab()]
  const messenger = createFakeMessenger({ name: 'Ana' })
  const { conversationId } = messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.prepare = () => new Promise(() => {})
  first.client.lead((emit) => leaderCalls(messenger, emit))
  void first.model.thread(conversationId).send({ media: [film] })
  await expect.poll(() => third.model.busy.value).toBe(true)
  first.client.close()
  second.client.lead((emit) => leaderCalls(createFakeMessenger({ name: 'Ana' }), emit))
  await expect.poll(() => [second.model.busy.value, third.model.busy.value]).toEqual([false, false])
})
