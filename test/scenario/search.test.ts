// Finding what was said, and people.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { times } from '../../src/messenger/limits.ts'
import { closeWorld, openPair } from '../support/world/pair.ts'
import { refusalOf } from '../support/world/reading.ts'
import type { Person, World } from '../support/world/world.ts'

let world: World
let ana: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(() => closeWorld(world))

async function begin(seed: string): Promise<void> {
  ;({ world, ana, ids } = await openPair(seed, { direct: false }))
}

/** The clock has to go on while it reads. */
async function find(person: Person, query: string, options?: { conversationId?: string; limit?: number }) {
  const finding = person.messenger.search.find(query, options)
  let done = false
  void finding.finally(() => (done = true))
  await world.until(() => done)
  const { people, messages, more } = await finding
  return { people: people.map(({ name }) => name), texts: messages.map(({ text }) => text), more }
}

const say = async (text: string): Promise<string> => (await ana.messenger.send(ids.ana, { text })).id

describe('search', () => {
  it('finds words without case and accents, the newest first', async () => {
    await begin('words')
    await say('Wir sehen uns im Café am Ufer')
    await world.clock.advance(1000)
    await say('CAFE closed')
    await say('nothing')
    expect((await find(ana, 'cafe')).texts).toEqual(['CAFE closed', 'Wir sehen uns im Café am Ufer'])
    expect((await find(ana, 'ufer caf')).texts).toEqual(['Wir sehen uns im Café am Ufer'])
    expect(await find(ana, '  ')).toEqual({ people: [], texts: [], more: false })
    expect((await find(ana, 'elsewhere')).texts).toEqual([])
  })

  it('looks into captions and descriptions, and knows people', async () => {
    await begin('captions')
    const data = new Uint8Array(1000)
    await ana.messenger.send(ids.ana, {
      text: 'look',
      media: [{ data, caption: 'the roof', altText: 'a red roof at night' }],
    })
    expect((await find(ana, 'roof night')).texts).toEqual(['look'])
    expect((await find(ana, 'bo')).people).toEqual(['Bo'])
  })

  it('follows what is written, changed, taken back and deleted after the first look', async () => {
    await begin('follows')
    const first = await say('the sea')
    expect((await find(ana, 'sea')).texts).toEqual(['the sea'])
    const second = await say('the deep sea')
    expect((await find(ana, 'sea')).texts).toHaveLength(2)
    await ana.messenger.messages.edit(first, 'the lake')
    expect((await find(ana, 'sea')).texts).toEqual(['the deep sea'])
    expect((await find(ana, 'lake')).texts).toEqual(['the lake'])
    await ana.messenger.messages.unsend([second])
    expect((await find(ana, 'sea')).texts).toEqual([])
    await ana.messenger.messages.delete(first)
    expect((await find(ana, 'lake')).texts).toEqual([])
  })

  it('finds nothing of what is to be viewed once, nor of requests', async () => {
    await begin('secret')
    const media = [{ data: new Uint8Array(1000), caption: 'the secret roof' }]
    await ana.messenger.send(ids.ana, { text: 'secret', media, view: { replays: 0 } })
    const { link } = await ana.messenger.invites.create()
    const cem = await world.person('Cem')
    await cem.messenger.invites.connect(link, { text: 'secret' })
    const [contact] = await cem.messenger.contacts.list()
    await cem.messenger.send(contact?.conversationId ?? '', { text: 'secret too' })
    await world.until(async () => (await ana.messenger.requests.list()).length === 1)
    expect(await find(ana, 'secret')).toEqual({ people: [], texts: [], more: false })
  })

  it('is not emptied by what a stranger wrote, and finds that once they are accepted', async () => {
    await begin('stranger')
    await say('we meet at the harbour')
    const { link } = await ana.messenger.invites.create()
    const cem = await world.person('Cem')
    const { conversationId } = await cem.messenger.invites.connect(link)
    for (let index = 0; index < 10; index += 1)
      await cem.messenger.send(conversationId, { text: `the harbour, ${index}` })
    await world.until(async () => (await ana.messenger.requests.list())[0]?.messages === 10)
    const limit = 5
    expect(await find(ana, 'harbour', { limit })).toMatchObject({ texts: ['we meet at the harbour'], more: false })
    const [request] = await ana.messenger.requests.list()
    await ana.messenger.requests.accept(request?.id ?? '')
    expect(await find(ana, 'harbour', { limit })).toMatchObject({ texts: { length: 5 }, more: true })
    expect((await find(ana, 'harbour')).texts).toHaveLength(11)
  })

  it('is not emptied by what was deleted after the first look', async () => {
    await begin('deleted')
    await say('the harbour at night')
    const later: string[] = []
    for (let index = 0; index < 4; index += 1) later.push(await say(`the harbour, ${index}`))
    expect((await find(ana, 'harbour')).texts).toHaveLength(5)
    for (const id of later) await ana.messenger.messages.delete(id)
    expect(await find(ana, 'harbour', { limit: 2 })).toMatchObject({ texts: ['the harbour at night'], more: false })
  })

  it('gives as many as asked for, of one conversation where that is wanted', async () => {
    await begin('limits')
    for (let index = 0; index < 5; index += 1) await say(`wave ${index}`)
    expect(await find(ana, 'wave', { limit: 3 })).toMatchObject({ more: true, texts: { length: 3 } })
    expect(await find(ana, 'wave', { conversationId: ids.ana })).toMatchObject({ more: false, texts: { length: 5 } })
    expect(await find(ana, 'wave', { conversationId: 'ff'.repeat(16) })).toMatchObject({ texts: [] })
  })

  it('is over with the messenger, and leaves nothing behind that waits', async () => {
    await begin('closed')
    await say('the sea')
    const { after } = world.clock
    const ends = vi.fn<() => void>()
    vi.spyOn(world.clock, 'after').mockImplementation((delayMs, callback) => {
      const end = after(delayMs, callback)
      if (delayMs !== times.searchKeptMs) return end
      return () => {
        ends()
        end()
      }
    })
    expect((await find(ana, 'sea')).texts).toEqual(['the sea'])
    await ana.messenger.close()
    expect(ends).toHaveBeenCalledOnce()
    expect(await refusalOf(ana.messenger.search.find('sea'))).toBe('closed')
  })
})
