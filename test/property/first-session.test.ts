// Two people who meet while their relay damages what it carries, on devices that crash: whatever gets lost of a request, an
// answer and what is written behind them, it arrives in the end, once, and nobody asks twice.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { damagePuts } from '../support/world/damage.ts'
import { type Person, createWorld, relayUrl } from '../support/world/world.ts'
import { runs, timeoutMs } from './runs.ts'

type Name = 'ana' | 'bo'
const names = ['ana', 'bo'] as const

type Action =
  | { readonly kind: 'send' | 'crash' | 'away'; readonly name: Name }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'damage'; readonly every: number }
  | { readonly kind: 'accept' }

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const named = <Kind extends string>(kind: Kind) =>
  fc.record({ kind: fc.constant(kind), name: fc.constantFrom(...names) })
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: named('send') },
  { weight: 1, arbitrary: named('crash') },
  // For a day, with what lies in their mailbox when they are back.
  { weight: 1, arbitrary: named('away') },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.constantFrom(20, 3_000, 20_000, 70_000) }) },
  // Every envelope, every second or third, or none.
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('damage'), every: fc.constantFrom(0, 1, 2, 3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('accept') }) },
)

async function run(actions: readonly Action[], seed: number): Promise<void> {
  const world = createWorld(`first session ${seed}`)
  world.network.setDirectPossible(false)
  const people: Record<Name, Person> = { ana: await world.person('Ana'), bo: await world.person('Bo') }
  let every = 1
  damagePuts(world.network.relay(relayUrl), () => every)
  const invite = await people.ana.messenger.invites.create()
  const { conversationId } = await people.bo.messenger.invites.connect(invite.link)

  const texts = async (who: Name): Promise<string[]> =>
    (await people[who].messenger.conversations.page(conversationId, { limit: 200 })).map(({ text }) => text ?? '')
  const has = async (who: Name, text: string): Promise<boolean> => (await texts(who)).includes(text)
  let accepted = false
  async function accept(): Promise<void> {
    const [request] = await people.ana.messenger.requests.list()
    if (request === undefined) return
    expect(accepted).toBe(false)
    await people.ana.messenger.requests.accept(request.id)
    accepted = true
  }
  async function away(name: Name): Promise<void> {
    await people[name].messenger.close()
    // The other one's device need not look for a day.
    const other = name === 'ana' ? 'bo' : 'ana'
    await world.clock.advance(20_000)
    await people[other].messenger.close()
    await world.clock.advance(25 * hourMs)
    for (const one of [other, name] as const) people[one] = await world.person(people[one].name, people[one].disk)
    await world.clock.advance(20_000)
  }

  const said: string[] = []
  for (const [index, step] of actions.entries()) {
    if (step.kind === 'accept') await accept()
    else if (step.kind === 'wait') await world.clock.advance(step.ms)
    else if (step.kind === 'damage') every = step.every
    else if (step.kind === 'crash') people[step.name] = await people[step.name].crash()
    else if (step.kind === 'away') await away(step.name)
    else if (step.name === 'bo' || accepted) {
      const text = `${step.name} ${index}`
      await people[step.name].messenger.send(conversationId, { text })
      said.push(text)
    }
  }
  every = 0
  // A request, or what shows that its answer was lost, comes a day later.
  await away('bo')
  await accept()
  for (const word of ['one', 'two', 'three']) {
    for (const name of names) await people[name].messenger.send(conversationId, { text: `${word} ${name}` })
    await world.clock.advance(61 * minuteMs)
  }
  for (const [from, to] of [
    ['ana', 'bo'],
    ['bo', 'ana'],
  ] as const) {
    await people[from].messenger.send(conversationId, { text: `last ${from}` })
    await world.until(() => has(to, `last ${from}`))
  }
  for (const name of names) {
    const heard = await texts(name)
    expect(new Set(heard).size).toBe(heard.length)
    expect((await people[name].messenger.contacts.list())[0]).toMatchObject({ state: 'accepted', keys: 'known' })
    expect(heard).toEqual(expect.arrayContaining([...said, 'three ana', 'three bo']))
  }
  await world.close()
  expect(world.bugs).toEqual([])
}

describe('two people who meet at a relay that damages what it carries', () => {
  it(
    'hear everything once',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 20, size: 'max' }), fc.nat(), run),
        runs(2, 300),
      )
    },
    timeoutMs,
  )
})
