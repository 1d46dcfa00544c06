// What a relay sees of a message is one of five sizes, and of media a padded length: neither tells a word from a receipt.

import { describe, expect, it } from 'vitest'
import { padme, segmentLayout } from '../../src/protocol/blob/layout.ts'
import { utf8 } from '../../src/protocol/bytes.ts'
import { limits } from '../../src/protocol/limits.ts'
import { relayUrl } from '../support/world/world.ts'
import { acquaint, say } from '../protocol/session/people.ts'
import { acquainted, texts } from './support/story.ts'

describe('the size of an envelope', () => {
  it('is the same for everything short, whatever it is', async () => {
    await using story = await acquainted('sizes')
    const { world, ana, bo, ids, pushed } = story
    const what = ['x', 'a word', 'w'.repeat(1_000), 'ü'.repeat(500)]
    for (const text of what) await ana.messenger.send(ids.ana, { text })
    await world.until(async () => (await texts(bo, ids.bo)).length === what.length)
    const newest = (await bo.messenger.conversations.page(ids.bo)).at(-1)
    await bo.messenger.conversations.markSeen(ids.bo, newest?.id ?? '')
    await ana.messenger.profile.setName('A')
    await ana.messenger.profile.setName('A'.repeat(64))
    await world.clock.advance(60_000)
    const sizes = pushed.flatMap(({ items }) => items.map(({ bytes }) => bytes.length))
    // Four messages, two names, and receipts of both kinds.
    expect(sizes.length).toBeGreaterThanOrEqual(what.length + 3)
    expect(new Set(sizes)).toEqual(new Set([4096]))
  })

  it('is one of five for any content, and grows only where the content no longer fits', async () => {
    const { ana, random } = await acquaint()
    let session = ana
    let least = 0
    for (let length = 0; length <= limits.contentBytes; length += 997) {
      const sent = await say(session, 'x'.repeat(length), random)
      session = sent.session
      expect(limits.envelopeSizes).toContain(sent.envelope.length)
      expect(sent.envelope.length).toBeGreaterThanOrEqual(least)
      least = sent.envelope.length
      const smaller = limits.envelopeSizes.filter((size) => size < sent.envelope.length).at(-1) ?? 0
      expect(length).toBeGreaterThan(smaller - 2446 - 1)
    }
  })

  it('of two different contents of one size tells nothing else: nothing but the kind byte is the same', async () => {
    const { ana, random } = await acquaint()
    const one = await say(ana, 'the same words', random)
    const two = await say(one.session, 'the same words', random)
    expect(one.envelope[0]).toBe(two.envelope[0])
    let same = 0
    for (let at = 1; at < one.envelope.length; at++) if (one.envelope[at] === two.envelope[at]) same += 1
    // One byte in 256 is the same by chance.
    expect(same).toBeLessThan(4096 / 64)
    expect(Buffer.from(one.envelope).indexOf(utf8('words'))).toBe(-1)
  })
})

describe('the size of media', () => {
  it('is padded: lengths that differ a little look the same', async () => {
    for (const sizeBytes of [100_000, 1_000_000, 50_000_000]) {
      const near = Array.from({ length: 20 }, (_, index) => segmentLayout(sizeBytes + index * 37).streamBytes)
      expect(new Set(near).size).toBeLessThanOrEqual(2)
      expect(padme(sizeBytes)).toBeLessThanOrEqual(sizeBytes * 1.12)
    }
  })

  it('shows at a relay as the padded length alone', async () => {
    await using story = await acquainted('media sizes')
    const { world, ana, bo, ids } = story
    const seen: number[] = []
    for (const sizeBytes of [100_001, 100_133, 100_300]) {
      const before = world.network.relay(relayUrl).counters.putSegments
      const data = new Uint8Array(sizeBytes).fill(7)
      await ana.messenger.send(ids.ana, { media: [{ data }] })
      await world.until(() => world.network.relay(relayUrl).counters.putSegments > before)
      const [blob] = [...ana.disk.blobs.values()].slice(-1)
      seen.push([...(blob?.synced.values() ?? [])].reduce((sum, segment) => sum + segment.length, 0))
    }
    expect(new Set(seen).size).toBe(1)
    await world.until(async () => (await texts(bo, ids.bo)).length === 3)
  })
})
