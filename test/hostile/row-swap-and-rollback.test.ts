// Whoever can write to the disk of a locked device may swap rows, copy one over another, or put an older one back. A row
// opens at its own place only; what an older one brings back is never used twice on the wire without being noticed.

import { describe, expect, it } from 'vitest'
import { openRecord, sealRecord } from '../../src/protocol/record/seal.ts'
import type { Session } from '../../src/protocol/session/session.ts'
import { type MemoryDisk, crashedCopy, openMemoryStorage } from '../../src/storage/memory.ts'
import { acquaint, hear, say, seededRandom } from '../protocol/session/people.ts'
import { open } from './support/attacker.ts'
import { acquainted } from './support/story.ts'

const random = seededRandom('rows')

describe('a record', () => {
  it('opens in no other place, under no other key, and in no other form', () => {
    const vaultKey = random(32)
    const places = [
      { store: 'messages', key: '1' },
      { store: 'messages', key: '2' },
      { store: 'sessions', key: '1' },
      { store: 'message', key: 's1' },
      { store: 'messages1', key: '' },
      { store: '', key: 'messages1' },
    ]
    const rows = places.map((place) => ({
      place,
      sealed: sealRecord({ vaultKey, ...place, plaintext: random(8), random }),
    }))
    for (const { place: from, sealed } of rows) {
      for (const { place: to } of rows) {
        expect(openRecord({ vaultKey, ...to, sealed }) !== undefined).toBe(from === to)
      }
      expect(openRecord({ vaultKey: random(32), ...from, sealed })).toBeUndefined()
    }
  })
})

async function readRow(disk: MemoryDisk, store: string, key: string): Promise<unknown> {
  const opened = await openMemoryStorage(crashedCopy(disk), random)
  return opened.store.get(store, key)
}

describe('a disk in the hands of somebody else', () => {
  it('gives no row in the place of another: reading says that it is damaged', async () => {
    await using story = await acquainted('rows')
    const { world, ana, ids } = story
    await ana.messenger.send(ids.ana, { text: 'one' })
    await ana.messenger.send(ids.ana, { text: 'two' })
    await world.clock.advance(30_000)
    await ana.messenger.close()
    let swaps = 0
    const stores = [...ana.disk.rows.keys()]
    for (const store of stores) {
      const rows = [...(ana.disk.rows.get(store) ?? [])]
      const [first, second] = rows
      if (first === undefined) continue
      const other =
        second ??
        [...ana.disk.rows]
          .find(([name]) => name !== store)?.[1]
          .entries()
          .next().value
      if (other === undefined) continue
      const disk = crashedCopy(ana.disk)
      disk.rows.get(store)?.set(first[0], other[1])
      // The vault's own rows let nobody in at all; every other one is damaged where it is read.
      await expect(readRow(disk, store, first[0])).rejects.toMatchObject({ name: 'StorageError' })
      swaps += 1
    }
    expect(swaps).toBeGreaterThan(3)
  })
})

describe('a session that was put back to an earlier state', () => {
  it('opens nothing that it opened before as something new, and what it seals again does not open', async () => {
    const { ana, bo, random: drawn } = await acquaint()
    const old: Session = ana
    const first = await say(ana, 'first', drawn)
    const heard = await hear(bo, first.envelope)
    // The old state seals with the same message key: the other side takes it for what it already had.
    const again = await say(old, 'other words', drawn)
    expect(await open(heard.session, again.envelope)).toEqual({ failure: 'duplicate' })
    // And a later turn of the other side cannot be opened with it after the ratchet has moved on.
    const reply = await say(heard.session, 'reply', drawn)
    const replied = await hear(first.session, reply.envelope)
    const answer = await say(replied.session, 'answer', drawn)
    const moved = await hear(reply.session, answer.envelope)
    const next = await say(moved.session, 'next', drawn)
    expect(await open(old, next.envelope)).toEqual({ failure: 'not-mine' })
  })
})
