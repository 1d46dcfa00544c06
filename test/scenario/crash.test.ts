// The crash rule: whatever instant a process dies at, after reopening nothing is lost that was said to be sent or
// received, nothing is there twice, and transfers go on.

import { describe, expect, test } from 'vitest'
import { crashedCopy } from '../../src/storage/memory.ts'
import { isLong } from '../support/long.ts'
import type { Fault, Person, World } from '../support/world/world.ts'
import { createWorld, introduce } from '../support/world/world.ts'

/** Every step in the long run; every third one where people wait for it. */
const stride = isLong ? 1 : 3

const photo = Uint8Array.from({ length: 600_000 }, (_, index) => (index * 13) % 249)

interface Start {
  readonly world: World
  readonly ana: Person
  readonly bo: Person
  readonly ids: { readonly ana: string; readonly bo: string }
}

/** Two people who know each other; `fault` is in the process of one of them, reopened for it. */
async function begin(seed: string, who: 'Ana' | 'Bo', fault: Fault): Promise<Start> {
  const world = createWorld(seed)
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  await world.clock.advance(30_000)
  const victim = who === 'Ana' ? ana : bo
  await victim.messenger.close()
  const again = await world.person(who, crashedCopy(victim.disk), fault)
  return { world, ids, ana: who === 'Ana' ? again : ana, bo: who === 'Bo' ? again : bo }
}

/** What arrived at a person: one line for each message, with a hash of its picture. */
async function received(person: Person, conversationId: string): Promise<string[]> {
  const page = await person.messenger.conversations.page(conversationId)
  const lines: string[] = []
  for (const { senderId, text, id, attachments } of page) {
    if (senderId === undefined) continue
    if (attachments.length === 0) lines.push(text ?? '')
    else if (attachments[0]?.transfer.kind === 'done') {
      const parts: Uint8Array[] = []
      for await (const part of person.messenger.media.read(`${id}.0`)) parts.push(part)
      lines.push(Buffer.concat(parts).equals(photo) ? 'photo' : 'damaged photo')
    } else lines.push('photo on its way')
  }
  return lines
}

/** Ana says three things; gives those that `send` promised to keep. */
async function speak({ world, ana, ids }: Start, fault: Fault): Promise<string[]> {
  const promised: string[] = []
  const all = (async () => {
    await ana.messenger.send(ids.ana, { text: 'one' })
    promised.push('one')
    await ana.messenger.send(ids.ana, { media: [{ data: photo }] })
    promised.push('photo')
    await ana.messenger.send(ids.ana, { text: 'three' })
    promised.push('three')
    return true
  })()
  // A process that dies answers nothing any more.
  let done = false
  void all.then(() => (done = true))
  for (let turn = 0; turn < 60 && !done && fault.left === undefined; turn++) await world.clock.advance(500)
  await world.clock.advance(3_000)
  return promised
}

async function countSteps(who: 'Ana' | 'Bo', direct: boolean): Promise<number> {
  const fault: Fault = { steps: 0 }
  const start = await begin('count', who, fault)
  start.world.network.setDirectPossible(direct)
  const before = fault.steps
  await speak(start, fault)
  await start.world.clock.advance(60_000)
  await start.world.close()
  return fault.steps - before
}

async function survives(who: 'Ana' | 'Bo', direct: boolean, step: number, when: 'before' | 'after'): Promise<void> {
  const fault: Fault = { steps: 0, when }
  const start = await begin('crash', who, fault)
  const { world, ids } = start
  fault.dieAt = fault.steps + step
  world.network.setDirectPossible(direct)
  const promised = await speak(start, fault)
  if (fault.left === undefined) return // the story took fewer steps this time
  const risen = await world.person(who, fault.left)
  const ana = who === 'Ana' ? risen : start.ana
  const bo = who === 'Bo' ? risen : start.bo
  await world.until(async () => {
    const there = await received(bo, ids.bo)
    return promised.every((line) => there.includes(line)) && !there.includes('photo on its way')
  })
  await world.clock.advance(120_000)
  const there = await received(bo, ids.bo)
  expect(new Set(there).size).toBe(there.length)
  expect(there).toEqual(['one', 'photo', 'three'].filter((line) => there.includes(line)))
  expect(there).toEqual(expect.arrayContaining(promised))
  // The sender sees what really happened, for everything that is stored there.
  await world.until(async () => {
    const mine = await ana.messenger.conversations.page(ids.ana)
    return mine.every(({ recipients }) => recipients[0]?.state.kind === 'delivered')
  })
  expect(world.bugs).toEqual([])
  await Promise.all([risen.messenger.close(), (who === 'Ana' ? bo : ana).messenger.close()])
}

describe.each([
  ['Ana', true],
  ['Ana', false],
  ['Bo', true],
  ['Bo', false],
] as const)('%s’s process dies (direct connections possible: %s)', (who, direct) => {
  test('at every step of its storage, and nothing promised is lost or doubled', { timeout: 240_000 }, async () => {
    const steps = await countSteps(who, direct)
    expect(steps).toBeGreaterThan(5)
    for (let step = 1; step <= steps; step += stride)
      for (const when of ['before', 'after'] as const) await survives(who, direct, step, when)
  })
})

describe('two who begin anew, because one of them went back to an old copy, and is believed', () => {
  /** Bo is as he was before both spoke; `fault` is in the process of one of them. */
  async function beginOld(seed: string, who: 'Ana' | 'Bo', fault: Fault): Promise<Start> {
    const world = createWorld(seed)
    world.network.setDirectPossible(false)
    const ana = await world.person('Ana')
    const bo = await world.person('Bo')
    const ids = await introduce(world, ana, bo)
    await world.clock.advance(400_000)
    const old = crashedCopy(bo.disk)
    for (const text of ['lost', 'lost too']) {
      await ana.messenger.send(ids.ana, { text })
      await world.until(async () => (await words(bo, ids.bo)).includes(text))
      await bo.messenger.send(ids.bo, { text })
      await world.until(async () => (await words(ana, ids.ana)).includes(text))
    }
    await world.clock.advance(60_000)
    await ana.messenger.close()
    await bo.messenger.close()
    return {
      world,
      ids,
      ana: await world.person('Ana', ana.disk, who === 'Ana' ? fault : undefined),
      bo: await world.person('Bo', old, who === 'Bo' ? fault : undefined),
    }
  }

  /** Bo, who lost it, sends first: with a key that he used before. Then Ana. */
  async function speakBoth({ world, ana, bo, ids }: Start, fault: Fault): Promise<{ bos: string[]; anas: string[] }> {
    const said = { bos: [] as string[], anas: [] as string[] }
    const all = (async () => {
      await bo.messenger.send(ids.bo, { text: 'from Bo' })
      said.bos.push('from Bo')
      await ana.messenger.send(ids.ana, { text: 'from Ana' })
      said.anas.push('from Ana')
      return true
    })()
    let done = false
    void all.then(() => (done = true))
    for (let turn = 0; turn < 60 && !done && fault.left === undefined; turn++) await world.clock.advance(500)
    for (let turn = 0; turn < 60 && fault.left === undefined; turn++) {
      await world.clock.advance(500)
      // A process that dies answers nothing any more.
      if (turn === 30) void believe(ana)
    }
    return said
  }

  /** Ana's person says that it is Bo, when asked. */
  async function believe(ana: Person): Promise<void> {
    const [contact] = await ana.messenger.contacts.list()
    if (contact?.keys === 'changed') await ana.messenger.contacts.confirmKeys(contact.id)
  }

  const words = async (person: Person, conversationId: string): Promise<string[]> =>
    (await person.messenger.conversations.page(conversationId)).flatMap(({ senderId, text }) =>
      senderId === undefined || text === undefined ? [] : [text],
    )

  async function survivesRefresh(who: 'Ana' | 'Bo', step: number, when: 'before' | 'after'): Promise<void> {
    const fault: Fault = { steps: 0, when }
    const start = await beginOld('refresh', who, fault)
    const { world, ids } = start
    fault.dieAt = fault.steps + step
    const { bos, anas } = await speakBoth(start, fault)
    if (fault.left === undefined) return // the story took fewer steps this time
    const risen = await world.person(who, fault.left)
    const ana = who === 'Ana' ? risen : start.ana
    const bo = who === 'Bo' ? risen : start.bo
    await world.until(async () => {
      await believe(ana)
      const [atAna, atBo] = [await words(ana, ids.ana), await words(bo, ids.bo)]
      return bos.every((text) => atAna.includes(text)) && anas.every((text) => atBo.includes(text))
    })
    await world.clock.advance(60_000)
    for (const there of [await words(ana, ids.ana), await words(bo, ids.bo)])
      expect(new Set(there).size).toBe(there.length)
    for (const [person, id] of [
      [ana, ids.ana],
      [bo, ids.bo],
    ] as const) {
      await world.until(async () => {
        await believe(ana)
        const mine = (await person.messenger.conversations.page(id)).filter(({ senderId }) => senderId === undefined)
        return mine.every(({ recipients: [recipient] }) => recipient?.state.kind === 'delivered')
      })
      expect((await person.messenger.contacts.list())[0]?.keys).toBe('known')
    }
    expect(world.bugs).toEqual([])
    await Promise.all([ana.messenger.close(), bo.messenger.close()])
  }

  test.each(['Ana', 'Bo'] as const)(
    '%s’s process dies at every step, and nothing is lost or doubled',
    { timeout: 240_000 },
    async (who) => {
      const count: Fault = { steps: 0 }
      const start = await beginOld('count', who, count)
      const before = count.steps
      await speakBoth(start, count)
      await start.world.close()
      const steps = count.steps - before
      expect(steps).toBeGreaterThan(5)
      for (let step = 1; step <= steps; step += stride)
        for (const when of ['before', 'after'] as const) await survivesRefresh(who, step, when)
    },
  )
})
