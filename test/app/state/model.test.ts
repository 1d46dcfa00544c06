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

it('shows in every tab what happens in a group, in order', async () => {
  const openTab = browser()
  const tabs = [openTab(), openTab()]
  const messenger = createFakeMessenger({ name: 'Ana' })
  const bo = messenger.addContact({ id: 'b0', name: 'Bo' })
  const group = messenger.addGroup({ id: 'aa', name: 'The sea', people: [{ name: 'Bo', contactId: bo.id }] })
  tabs[0]?.client.lead((emit) => leaderCalls(messenger, emit))
  for (const { model } of tabs) {
    await expect.poll(() => model.group(group.id).value?.name).toBe('The sea')
    await expect.poll(() => model.thread(group.conversationId).loaded.value).toBe(true)
  }
  const by = { name: 'Bo', isMe: false }
  messenger.changeGroup(group.id, { name: 'The lake' }, { kind: 'renamed', by, name: 'The lake' })
  messenger.changeGroup(group.id, { isMember: false }, { kind: 'removed', by, who: { name: 'Ana', isMe: true } })
  for (const { model } of tabs) {
    await expect.poll(() => model.group(group.id).value).toMatchObject({ name: 'The lake', isMember: false })
    const kinds = () => model.thread(group.conversationId).messages.value.map((message) => message.value.line?.kind)
    await expect.poll(kinds).toEqual(['renamed', 'removed'])
    // Nobody wrote anything.
    expect(model.arrived.value).toBeUndefined()
  }
})

it('makes one group of a call that is asked again when another tab takes over', async () => {
  const openTab = browser()
  const [first, second] = [openTab(), openTab()]
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  first.client.lead((emit) => {
    const calls = leaderCalls(messenger, emit)
    // The tab dies after it made it and before it answered.
    return { ...calls, createGroup: (...args) => calls.createGroup(...args).then(() => new Promise(() => {})) }
  })
  const made = second.model.calls.createGroup('a7'.repeat(32), { contactIds: ['b0'], name: 'The sea' })
  await expect.poll(async () => (await messenger.conversations.list()).length).toBe(2)
  first.client.close()
  second.client.lead((emit) => leaderCalls(messenger, emit))
  expect((await made).name).toBe('The sea')
  expect(await messenger.conversations.list()).toHaveLength(2)
})
