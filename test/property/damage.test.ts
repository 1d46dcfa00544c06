// Whole messengers whose relay damages what it carries, on devices that crash: they begin anew, at any point of their
// conversation and both at once, and neither is ever taken for an old copy of itself.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/protocol/bytes.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { damagePuts } from '../support/world/damage.ts'
import { inspect } from '../support/world/sessions.ts'
import { type Person, createWorld, introduce, relayUrl } from '../support/world/world.ts'
import { runs, timeoutMs } from './runs.ts'

type Name = 'ana' | 'bo'
const names = ['ana', 'bo'] as const

type Action =
  | { readonly kind: 'send' | 'crash'; readonly name: Name }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'damage'; readonly every: number }

const minuteMs = 60_000
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), name: fc.constantFrom(...names) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), name: fc.constantFrom(...names) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(20, 3_000, 20_000, 61 * minuteMs),
    }),
  },
  // Every envelope, every second or third, or none.
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('damage' as const), every: fc.constantFrom(0, 1, 2, 3) }) },
)

/** The session in use, and its generation. */
async function activeOf(person: Person): Promise<{ sid: string; generation: number }> {
  return inspect(crashedCopy(person.disk), async ({ tables }) => {
    const [row] = [...tables.sessions.held()].map(([, held]) => held)
    const [active] = row?.sessions ?? []
    return { sid: toHex(active?.session.sid ?? new Uint8Array()), generation: active?.generation ?? 0 }
  })
}

async function run(actions: readonly Action[], seed: number): Promise<number> {
  const world = createWorld(`damage ${seed}`)
  world.network.setDirectPossible(false)
  const people: Record<Name, Person> = { ana: await world.person('Ana'), bo: await world.person('Bo') }
  const ids = await introduce(world, people.ana, people.bo)
  const texts = async (who: Name): Promise<string[]> =>
    (await people[who].messenger.conversations.page(ids[who], { limit: 200 })).map(({ text }) => text ?? '')
  const hear = (who: Name, text: string): Promise<void> => world.until(async () => (await texts(who)).includes(text))
  async function talk(word: string): Promise<void> {
    for (const [from, to] of [
      ['ana', 'bo'],
      ['bo', 'ana'],
    ] as const) {
      await people[from].messenger.send(ids[from], { text: `${word} ${from}` })
      await hear(to, `${word} ${from}`)
    }
    await world.clock.advance(20_000)
  }
  await talk('before')
  await world.clock.advance(minuteMs)

  let every = 0
  damagePuts(world.network.relay(relayUrl), () => every)
  const said: string[] = []
  for (const [index, step] of actions.entries()) {
    if (step.kind === 'send') {
      const text = `${step.name} ${index}`
      await people[step.name].messenger.send(ids[step.name], { text })
      said.push(text)
    } else if (step.kind === 'crash') people[step.name] = await people[step.name].crash()
    else if (step.kind === 'wait') await world.clock.advance(step.ms)
    else if (step.kind === 'damage') every = step.every
  }
  every = 0
  // Beginning anew takes an hour when it was done just now.
  for (const word of ['one', 'two', 'three']) {
    for (const name of names) await people[name].messenger.send(ids[name], { text: `${word} ${name}` })
    await world.clock.advance(61 * minuteMs)
  }
  await talk('after')
  for (const name of names) {
    const heard = await texts(name)
    expect(new Set(heard).size).toBe(heard.length)
    expect((await people[name].messenger.contacts.list())[0]?.keys).toBe('known')
    expect(heard).toEqual(expect.arrayContaining([...said, 'three ana', 'three bo']))
  }
  const [ana, bo] = await Promise.all([activeOf(people.ana), activeOf(people.bo)])
  expect(ana.sid).toBe(bo.sid)
  await world.close()
  expect(world.bugs).toEqual([])
  return ana.generation
}

describe('two messengers whose relay damages what it carries', () => {
  it(
    'begin anew until everything has arrived once, and are never a change of keys',
    async () => {
      let newest = 0
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 30, size: 'max' }), fc.nat(), async (...given) => {
          newest = Math.max(newest, await run(...given))
        }),
        runs(3, 300),
      )
      expect(newest).toBeGreaterThan(1)
    },
    timeoutMs,
  )
})
