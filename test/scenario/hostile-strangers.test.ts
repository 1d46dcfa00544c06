// Strangers who know more than their link: what they say before they are accepted is heard as a request, or leaves nothing.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { GroupView } from '../../src/messenger/api.ts'
import { fromHex, toHex } from '../../src/protocol/bytes.ts'
import type { Body } from '../../src/protocol/content/content.ts'
import { handsOf } from '../support/world/hands.ts'
import { tablesOf } from '../support/world/inside.ts'
import { closeWorld } from '../support/world/pair.ts'
import { openTrio } from '../support/world/trio.ts'
import type { Person, World } from '../support/world/world.ts'

vi.setConfig({ testTimeout: 60_000 })

const secondMs = 1000

let world: World
let ana: Person
let bo: Person
let cem: Person
let group: GroupView

const bytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array()

/** Ana has a group with Bo; Cem asks by its link, and is nobody to her. */
beforeEach(async () => {
  ;({ world, ana, bo, cem } = await openTrio('hostile-strangers', { known: 'bo', following: true }))
  const [boAtAna] = await ana.messenger.contacts.list()
  group = await ana.messenger.groups.create({ contactIds: [boAtAna?.id ?? ''], name: 'The sea' })
  await world.until(async () => (await bo.messenger.groups.get(group.id))?.members.length === 2)
  const { link } = await ana.messenger.groups.createLink(group.id)
  await cem.messenger.groups.askToJoin(link)
  await world.until(async () => (await ana.messenger.groups.get(group.id))?.askers?.length === 1)
  await world.clock.advance(30 * secondMs)
  await cem.messenger.close()
})
afterEach(() => closeWorld(world))

/** Ids of all that Ana remembers to have heard. */
const remembered = async (): Promise<readonly string[]> =>
  (await (await tablesOf(ana)).messageIndex.list()).map(({ key }) => key)

describe('a stranger', () => {
  it('says nothing in a group, and is asked for nothing that they name', async () => {
    const hands = await handsOf(world, cem)
    const { outbox, earlyContents } = await tablesOf(ana)
    const waiting = [...outbox.held()].length
    const before = [...earlyContents.held()].length
    await hands.put([{ kind: 'message', text: 'let me in', media: [] }], {
      conversationId: bytesOf(group.conversationId),
      groupHeads: [bytes(32)],
    })
    await world.clock.advance(secondMs)
    const after = await tablesOf(ana)
    expect([...after.earlyContents.held()]).toHaveLength(before)
    expect([...after.outbox.held()]).toHaveLength(waiting)
    expect(await ana.messenger.conversations.page(group.conversationId)).not.toContainEqual(
      expect.objectContaining({ text: 'let me in' }),
    )
  })

  it('leaves no trace of what only a contact says, and changes no log', async () => {
    const hands = await handsOf(world, cem)
    const log = (await (await tablesOf(ana)).groupOperations.list()).length
    const before = await remembered()
    const of = bytes(16)
    const bodies: readonly Body[] = [
      { kind: 'reaction', to: of, emoji: '👍' },
      { kind: 'pin', of, isPinned: true },
      { kind: 'unsend', of: [of] },
      { kind: 'follow', isFollowing: true },
      { kind: 'operations', group: bytesOf(group.id), heads: [bytes(32)], operations: [bytes(40)] },
      { kind: 'compare', group: bytesOf(group.id), heads: [bytes(32)] },
      { kind: 'join', group: bytesOf(group.id) },
    ]
    await hands.put(bodies)
    await world.clock.advance(secondMs)
    expect(await remembered()).toEqual(before)
    const { outbox, groupOperations } = await tablesOf(ana)
    expect(await groupOperations.list()).toHaveLength(log)
    expect([...outbox.held()]).toEqual([])
  })

  it('takes back what they wrote, once', async () => {
    const hands = await handsOf(world, cem)
    const messageId = bytes(16)
    await hands.put([{ kind: 'message', text: 'regretted', media: [] }], { messageId })
    await world.clock.advance(secondMs)
    expect(await ana.messenger.messages.get(toHex(messageId))).toMatchObject({ text: 'regretted' })
    await hands.put([{ kind: 'unsend', of: [messageId] }])
    await world.clock.advance(secondMs)
    expect((await ana.messenger.messages.get(toHex(messageId)))?.text).toBeUndefined()
    const before = await remembered()
    await hands.put([{ kind: 'unsend', of: [messageId] }])
    await world.clock.advance(secondMs)
    expect(await remembered()).toEqual(before)
  })
})
