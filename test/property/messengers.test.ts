// Whole messengers over a network that loses, doubles, delays and breaks off, on devices that crash: what `send` promised
// to keep arrives once, and both sides show the same.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitEnvelope } from '../../src/protocol/envelope/frame.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { type Person, type World, createWorld, introduce, relayUrl } from '../support/world/world.ts'
import { runs, timeoutMs } from './runs.ts'

type Name = 'ana' | 'bo'

type Action =
  | { readonly kind: 'send' | 'crash' | 'reopen'; readonly name: Name }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'pushes'; readonly fate: 'deliver' | 'drop' | 'duplicate' | 'delay' }
  | { readonly kind: 'relay'; readonly state: 'up' | 'down' | 'loses answers' }
  | { readonly kind: 'direct'; readonly possible: boolean }

const name = fc.constantFrom<Name>('ana', 'bo')
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('crash' as const, 'reopen' as const), name }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(20, 500, 3_000, 20_000, 100_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pushes' as const),
      fate: fc.constantFrom('deliver' as const, 'drop' as const, 'duplicate' as const, 'delay' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('relay' as const),
      state: fc.constantFrom('up' as const, 'down' as const, 'loses answers' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('direct' as const), possible: fc.boolean() }) },
)

/** The envelopes that a relay saw, by the commitment to their key. */
class Wire {
  readonly #byCommit = new Map<string, string>()

  see(envelopes: readonly Uint8Array[]): void {
    for (const envelope of envelopes) {
      const frame = splitEnvelope(envelope)
      if (frame === undefined) continue
      const [commit, bytes] = [toHex(frame.commit), toHex(envelope)]
      expect(this.#byCommit.get(commit) ?? bytes).toBe(bytes)
      this.#byCommit.set(commit, bytes)
    }
  }
}

async function run(actions: readonly Action[], seed: number): Promise<void> {
  const world = createWorld(`property ${seed}`)
  const people: Record<Name, Person> = { ana: await world.person('Ana'), bo: await world.person('Bo') }
  const ids = await introduce(world, people.ana, people.bo)
  const relay = world.network.relay(relayUrl)
  const wire = new Wire()
  const promised: string[] = []
  const dead = new Set<Person>()
  const attempts: Promise<void>[] = []
  let fate: Extract<Action, { kind: 'pushes' }>['fate'] = 'deliver'
  relay.onPush(({ items }) => {
    wire.see(items.map(({ bytes }) => bytes))
    return fate === 'delay' ? { delayMs: 2_000 } : fate
  })
  for (const [index, step] of actions.entries()) {
    if (step.kind === 'send') {
      const text = `${step.name} ${index}`
      const person = people[step.name]
      const sending = person.messenger.send(ids[step.name], { text })
      // What a dead process says, nobody hears.
      const keep = (): void => void (dead.has(person) || promised.push(text))
      attempts.push(sending.then(keep).catch(() => undefined))
    } else if (step.kind === 'crash') {
      dead.add(people[step.name])
      people[step.name] = await people[step.name].crash()
    } else if (step.kind === 'reopen') people[step.name] = await people[step.name].reopen()
    else if (step.kind === 'wait') await world.clock.advance(step.ms)
    else if (step.kind === 'pushes') fate = step.fate
    else if (step.kind === 'direct') setDirect(world, step.possible)
    else if (step.kind === 'relay') {
      relay.setUp(step.state !== 'down')
      relay.loseReplies(step.state === 'loses answers')
    }
    wire.see(relay.envelopes())
  }
  fate = 'deliver'
  relay.setUp(true)
  relay.loseReplies(false)
  setDirect(world, true)
  for (const who of ['ana', 'bo'] as const) people[who] = await people[who].reopen()
  await Promise.all(attempts)

  const heardBy = async (who: Name): Promise<string[]> => {
    const page = await people[who].messenger.conversations.page(ids[who], { limit: 200 })
    return page.map(({ text }) => text ?? '')
  }
  await world.until(async () => {
    const [ana, bo] = await Promise.all([heardBy('ana'), heardBy('bo')])
    return promised.every((text) => ana.includes(text) && bo.includes(text))
  })
  await world.clock.advance(120_000)
  for (const who of ['ana', 'bo'] as const) {
    const heard = await heardBy(who)
    expect(new Set(heard).size).toBe(heard.length)
    expect(heard).toEqual(expect.arrayContaining(promised))
  }
  expect(new Set(await heardBy('ana'))).toEqual(new Set(await heardBy('bo')))
  await world.close()
  expect(world.bugs).toEqual([])
}

function setDirect(world: World, possible: boolean): void {
  world.network.setDirectPossible(possible)
  if (!possible) world.network.cutDirect()
}

describe('two messengers, whatever happens to their network and devices', () => {
  it(
    'keep every promise once, and show the same',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 30, size: 'max' }), fc.nat(), run),
        runs(6, 500),
      )
    },
    timeoutMs,
  )
})
