// Key reuse comes from state that goes back: a second writer, an envelope sealed again, a crash between storing and sending.

import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/protocol/bytes.ts'
import { splitEnvelope } from '../../src/protocol/envelope/frame.ts'
import { openMemoryStorage } from '../../src/storage/memory.ts'
import { type Fault, createWorld, introduce, relayUrl } from '../support/world/world.ts'
import { crashedCopy } from '../../src/storage/memory.ts'
import { acquainted, end, texts, throughRelay } from './support/story.ts'

/** Envelopes by their commitment, which comes from the message key: two different ones under one are a key used twice. */
class Seen {
  readonly #byCommit = new Map<string, string>()
  readonly reused: string[] = []

  add(envelopes: readonly Uint8Array[]): void {
    for (const envelope of envelopes) {
      const frame = splitEnvelope(envelope)
      if (frame === undefined) continue
      const [commit, bytes] = [toHex(frame.commit), toHex(envelope)]
      const known = this.#byCommit.get(commit)
      if (known !== undefined && known !== bytes) this.reused.push(commit)
      this.#byCommit.set(commit, bytes)
    }
  }

  get count(): number {
    return this.#byCommit.size
  }
}

describe('a second tab', () => {
  it('cannot open the profile that the first one has', async () => {
    const world = createWorld('two tabs')
    const ana = await world.person('Ana')
    await expect(openMemoryStorage(ana.disk, (length) => new Uint8Array(length))).rejects.toMatchObject({
      code: 'locked',
    })
    await expect(world.person('Ana', ana.disk)).rejects.toMatchObject({ code: 'locked' })
    await ana.messenger.profile.setName('Anna')
    const again = await ana.reopen()
    expect((await again.messenger.profile.get()).name).toBe('Anna')
    await end(world)
  })
})

describe('a retry', () => {
  it('sends the same bytes again, though the relay never says that it has them', async () => {
    await using story = await acquainted('retry')
    const { world, ana, bo, ids } = story
    const relay = world.network.relay(relayUrl)
    const seen = new Seen()
    relay.onPush(({ items }) => {
      seen.add(items.map(({ bytes }) => bytes))
      return 'drop'
    })
    relay.loseReplies(true)
    await ana.messenger.send(ids.ana, { text: 'once' })
    for (let turn = 0; turn < 20; turn++) {
      await world.clock.advance(10_000)
      seen.add(relay.envelopes())
    }
    const calls = relay.counters.putEnvelopes
    relay.loseReplies(false)
    relay.onPush(undefined)
    await world.until(async () => (await texts(bo, ids.bo)).includes('once'))
    expect(calls).toBeGreaterThan(1)
    expect(seen.reused).toEqual([])
    await world.clock.advance(60_000)
    expect(await texts(bo, ids.bo)).toEqual(['once'])
  })
})

describe('a crash between storing and sending', () => {
  /** Ana dies at one step while she sends; what leaves before and after is compared. */
  async function story(dieAt: number, when: 'before' | 'after') {
    const world = createWorld('persist and send')
    const first = await world.person('Ana')
    const bo = await world.person('Bo')
    const ids = await introduce(world, first, bo)
    await world.clock.advance(30_000)
    throughRelay(world)
    await first.messenger.close()
    const fault: Fault = { steps: 0, when }
    const ana = await world.person('Ana', crashedCopy(first.disk), fault)
    const relay = world.network.relay(relayUrl)
    const seen = new Seen()
    relay.onPush(({ items }) => {
      seen.add(items.map(({ bytes }) => bytes))
      return 'deliver'
    })
    await world.clock.advance(2_000)
    fault.dieAt = fault.steps + dieAt
    for (const text of ['one', 'two']) void ana.messenger.send(ids.ana, { text }).catch(() => undefined)
    await world.clock.advance(4_000)
    seen.add(relay.envelopes())
    const hasDied = fault.left !== undefined
    delete fault.dieAt
    const risen = fault.left === undefined ? ana : await world.person('Ana', fault.left)
    await risen.messenger.send(ids.ana, { text: 'three' })
    await bo.messenger.send(ids.bo, { text: 'heard' })
    await world.until(async () => (await texts(bo, ids.bo)).includes('three'))
    await world.until(async () => (await texts(risen, ids.ana)).includes('heard'))
    await world.clock.advance(60_000)
    const heard = await texts(bo, ids.bo)
    await Promise.all([risen, bo].map(({ messenger }) => messenger.close()))
    expect(world.bugs).toEqual([])
    return { hasDied, reused: seen.reused, count: seen.count, heard: heard.filter((text) => text !== 'heard') }
  }

  it('seals nothing twice under one key, and doubles nothing', { timeout: 60_000 }, async () => {
    let deaths = 0
    for (let dieAt = 1; dieAt <= 10; dieAt++) {
      const { hasDied, reused, count, heard } = await story(dieAt, dieAt % 2 === 0 ? 'before' : 'after')
      expect(reused).toEqual([])
      expect(count).toBeGreaterThan(0)
      expect(new Set(heard).size).toBe(heard.length)
      expect(heard).toContain('three')
      if (hasDied) deaths += 1
    }
    expect(deaths).toBeGreaterThan(2)
  })
})
