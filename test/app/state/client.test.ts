import { describe, expect, it } from 'vitest'
import type { AppCalls, AppEvent } from '../../../src/app/state/calls.ts'
import { createTabClient } from '../../../src/app/state/client.ts'
import { leaderCalls } from '../../../src/app/state/leader.ts'
import { createFakeMessenger } from '../../support/fake-messenger.ts'
import { tabChannels } from './channels.ts'

function browser() {
  const channel = tabChannels()
  let ids = 0
  return { open: () => createTabClient(channel(), () => String((ids += 1))) }
}

function callsOf(part: Partial<AppCalls>): AppCalls {
  return part as AppCalls
}

describe('calls between tabs', () => {
  it('answers a call in the tab that leads', async () => {
    const tab = browser().open()
    tab.lead(() => callsOf({ profile: async () => ({ name: 'Ana', fingerprint: 'a' }) }))
    expect(await tab.calls.profile()).toEqual({ name: 'Ana', fingerprint: 'a' })
  })

  it('keeps a call until some tab leads', async () => {
    const { open } = browser()
    const [early, leader] = [open(), open()]
    const asked = early.calls.profile()
    leader.lead(() => callsOf({ profile: async () => ({ name: 'Ana', fingerprint: 'a' }) }))
    expect((await asked).name).toBe('Ana')
  })

  it('finds the leader from a tab that opens later', async () => {
    const { open } = browser()
    open().lead(() => callsOf({ profile: async () => ({ name: 'Ana', fingerprint: 'a' }) }))
    expect((await open().calls.profile()).name).toBe('Ana')
  })

  it('hands an error over with its code and its status', async () => {
    const { open } = browser()
    const refusal = Object.assign(new Error('refused'), { name: 'TransportError', code: 'relay-refused', status: 507 })
    open().lead(() => callsOf({ addRelay: () => Promise.reject(refusal) }))
    await expect(open().calls.addRelay('https://relay.example')).rejects.toMatchObject({
      key: 'transport/relay-refused',
      status: 507,
    })
  })

  it('refuses a name that is no call', async () => {
    const tab = browser().open()
    tab.lead(() => callsOf({}))
    await expect(tab.calls.profile()).rejects.toMatchObject({ key: 'app/unexpected' })
  })

  it('asks again what a closed leader has not answered, and sends once', async () => {
    const { open } = browser()
    const messenger = createFakeMessenger({ name: 'Ana' })
    const { conversationId } = messenger.addContact({ id: 'b0', name: 'Bo' })
    const [first, second, view] = [open(), open(), open()]
    // The first leader stores the message and dies before it answers.
    first.lead((emit) => {
      const calls = leaderCalls(messenger, emit)
      const stored = async (...args: Parameters<AppCalls['send']>) => {
        await calls.send(...args)
        first.close()
        return new Promise<never>(() => undefined)
      }
      return callsOf({ send: stored })
    })
    await Promise.resolve()
    const sent = view.calls.send('ab'.repeat(16), conversationId, { text: 'hello', media: [] })
    await expect.poll(() => messenger.sent.length).toBe(1)
    second.lead((emit) => leaderCalls(messenger, emit))
    expect((await sent).text).toBe('hello')
    expect(messenger.sent).toEqual(['ab'.repeat(16)])
    expect(await view.calls.page(conversationId, undefined, 50)).toHaveLength(1)
  })

  it('tells every tab of an event, and each of a new leader', async () => {
    const { open } = browser()
    const [leader, view] = [open(), open()]
    const heard: AppEvent['kind'][] = []
    view.listen(({ kind }) => heard.push(kind))
    const messenger = createFakeMessenger({ name: 'Ana' })
    leader.lead((emit) => leaderCalls(messenger, emit))
    messenger.addContact({ id: 'b0', name: 'Bo' })
    messenger.receive('b0', { text: 'hello' })
    await expect.poll(() => heard).toContain('message')
    expect(heard[0]).toBe('leader')
  })

  it('tells every tab when the ways to open the profile had been changed behind it', async () => {
    const { open } = browser()
    const tabs = [open(), open()]
    const heard: AppEvent[] = []
    for (const tab of tabs) tab.listen((event) => event.kind === 'notice' && heard.push(event))
    const messenger = createFakeMessenger({ name: 'Ana' })
    const repaired = { ...messenger, vault: { ...messenger.vault, repaired: true } }
    tabs[0]?.lead((emit) => leaderCalls(repaired, emit))
    const notice: AppEvent = { kind: 'notice', code: 'vault-changed' }
    await expect.poll(() => heard).toEqual([notice, notice])
  })

  it('joins a send that is asked for twice while it is prepared', async () => {
    const tab = browser().open()
    const messenger = createFakeMessenger({ name: 'Ana' })
    const { conversationId } = messenger.addContact({ id: 'b0', name: 'Bo' })
    tab.lead((emit) => leaderCalls(messenger, emit))
    const send = () => tab.calls.send('cd'.repeat(16), conversationId, { text: 'once', media: [] })
    const [one, other] = await Promise.all([send(), send()])
    expect(one).toEqual(other)
    expect(messenger.sent).toHaveLength(1)
  })
})
