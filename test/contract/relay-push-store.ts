// What every store of a relay must do for wake-ups.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RelayStore } from '../../relay/storage/store.ts'
import type { RelayStoreWorld } from './relay-store.ts'

const dayMs = 24 * 60 * 60 * 1000
const nowMs = Date.UTC(2026, 0, 1, 12)
const untilMs = nowMs + 30 * dayMs
const bounds = { contact: { envelopes: 50, bytes: 10_000 }, invite: { envelopes: 2, bytes: 100 } }

const id = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const device = (fill: number): Uint8Array => new Uint8Array(16).fill(fill)

export function relayPushStoreContract(name: string, createWorld: () => Promise<RelayStoreWorld>): void {
  describe(`${name} as a store of whom to wake`, () => {
    let world: RelayStoreWorld
    let store: RelayStore

    beforeEach(async () => {
      world = await createWorld()
      store = await world.open()
    })
    afterEach(async () => {
      await store.close()
      await world.close()
    })

    const open = (box: number) =>
      store.mailboxes.open(id(box), { tier: 'contact', nowMs, admit: (): undefined => undefined })
    const put = (box: number, ...fills: readonly number[]) =>
      store.mailboxes.put(
        id(box),
        fills.map((fill) => ({ id: id(fill), bytes: new Uint8Array(10).fill(fill) })),
        { nowMs, untilMs, bounds, admit: () => undefined },
      )
    const set = (box: number, which: number, endpoint?: string) =>
      store.push.set(id(box), device(which), endpoint, { nowMs, devices: 3 })
    const endpoints = async (box: number) => (await store.push.find(id(box))).map(({ endpoint }) => endpoint)
    const unwoken = async (limit = 100, at = nowMs) => {
      const found: { readonly endpoint: string; readonly box: number | undefined }[] = []
      for (let after = 0, more = true; more;) {
        const page = await store.push.unwoken({ after, limit, nowMs: at })
        expect(page.items.length).toBeLessThanOrEqual(limit)
        found.push(...page.items.map((item) => ({ endpoint: item.endpoint, box: item.id[0] })))
        ;({ after, more } = page)
      }
      return found
    }

    it('keeps one endpoint for each device of a mailbox', async () => {
      await open(1)
      await open(2)
      expect(await set(1, 1, 'a')).toBe('ok')
      expect(await set(1, 1, 'b')).toBe('ok')
      expect(await set(1, 2, 'c')).toBe('ok')
      expect(await set(2, 1, 'b')).toBe('ok')
      expect(await endpoints(1)).toEqual(['b', 'c'])
      expect(await endpoints(2)).toEqual(['b'])
      expect(await set(1, 1)).toBe('ok')
      expect(await set(1, 9)).toBe('ok')
      expect(await endpoints(1)).toEqual(['c'])
      expect(await endpoints(2)).toEqual(['b'])
    })

    it('has no more devices of a mailbox than it may: the one that was set first goes', async () => {
      await open(1)
      for (const which of [1, 2, 3]) await set(1, which, `of ${which}`)
      await set(1, 2, 'of 2')
      await set(1, 1, 'again of 1')
      await set(1, 4, 'of 4')
      expect(await endpoints(1)).toEqual(['of 3', 'again of 1', 'of 4'])
    })

    it('knows nothing of mailboxes that were never there, or are closed', async () => {
      expect(await set(1, 1, 'a')).toBe('unknown-mailbox')
      expect(await set(1, 1)).toBe('unknown-mailbox')
      expect(await endpoints(1)).toEqual([])
      await open(1)
      await set(1, 1, 'a')
      await put(1, 1)
      await store.mailboxes.close(id(1), { tombstoneUntilMs: untilMs })
      expect(await set(1, 1, 'a')).toBe('gone')
      expect(await endpoints(1)).toEqual([])
      expect(await unwoken()).toEqual([])
      await expect(store.push.woken('a', [{ id: id(1), newest: 1 }])).resolves.toBeUndefined()
    })

    it('forgets an endpoint that is over in all mailboxes', async () => {
      for (const box of [1, 2, 3]) {
        await open(box)
        await set(box, 1, 'a')
        await set(box, 2, 'b')
      }
      await store.push.forget('a')
      await store.push.forget('unknown')
      for (const box of [1, 2, 3]) expect(await endpoints(box)).toEqual(['b'])
    })

    it('finds what nobody was woken for, page by page, and what has expired or was fetched no more', async () => {
      for (const box of [1, 2, 3, 4, 5]) {
        await open(box)
        await put(box, 1)
        await set(box, 1, `of ${box}`)
      }
      // What was there before the device said where it is woken, it knows.
      expect(await unwoken()).toEqual([])
      for (const box of [1, 2, 3, 4]) await put(box, 2, 3)
      for (const limit of [100, 2, 1])
        expect(await unwoken(limit)).toEqual([1, 2, 3, 4].map((box) => ({ endpoint: `of ${box}`, box })))
      expect(await unwoken(100, untilMs)).toEqual([])
      await store.mailboxes.ack(id(3), [id(2), id(3)], { nowMs })
      const [first] = await store.push.find(id(1))
      await store.push.woken('of 1', [{ id: id(1), newest: first?.newest ?? 0 }])
      await store.push.woken('of 2', [{ id: id(2), newest: 1 }])
      await store.push.woken('another', [{ id: id(4), newest: Number.MAX_SAFE_INTEGER }])
      expect((await unwoken()).map(({ box }) => box)).toEqual([2, 4])
      await put(1, 4)
      expect((await unwoken()).map(({ box }) => box)).toEqual([1, 2, 4])
    })

    it('never notes less than was noted, and nothing anew where nothing is new', async () => {
      await open(1)
      await set(1, 1, 'a')
      await put(1, 1)
      const [found] = await store.push.find(id(1))
      await store.push.woken('a', [{ id: id(1), newest: found?.newest ?? 0 }])
      await store.push.woken('a', [{ id: id(1), newest: 0 }])
      expect(await unwoken()).toEqual([])
      await put(1, 2)
      await set(1, 1, 'a')
      expect(await unwoken()).toHaveLength(1)
    })

    it('counts what it takes of the disk, and gives it back', async () => {
      await open(1)
      await open(2)
      const before = store.usage().mailboxBytes
      await set(1, 1, 'https://push.example/1')
      await set(2, 1, 'https://push.example/1')
      await set(2, 2, 'https://push.example/2')
      const after = store.usage().mailboxBytes
      expect(after).toBeGreaterThan(before + 3 * 'https://push.example/1'.length)
      await set(1, 1)
      await store.push.forget('https://push.example/1')
      await set(2, 2, 'https://push.example/longer')
      await set(2, 2)
      expect(store.usage().mailboxBytes).toBe(before)
      await set(2, 2, 'https://push.example/2')
      await store.mailboxes.close(id(2), { tombstoneUntilMs: untilMs })
      await store.mailboxes.close(id(1), { tombstoneUntilMs: untilMs })
      await store.sweep({
        nowMs: untilMs,
        limit: { rows: 100, bytes: 1_000_000 },
        idleSinceMs: { contact: nowMs, invite: nowMs },
      })
      expect(store.usage().mailboxBytes).toBe(0)
    })

    it('survives a crash, a restart, and is in a backup', async () => {
      await open(1)
      await set(1, 1, 'a')
      await set(1, 2, 'b')
      await put(1, 1)
      const [found] = await store.push.find(id(1))
      await store.push.woken('a', [{ id: id(1), newest: found?.newest ?? 0 }])
      store = await world.crash()
      expect(await endpoints(1)).toEqual(['a', 'b'])
      expect(await unwoken()).toEqual([{ endpoint: 'b', box: 1 }])
      const folder = await world.newFolder()
      await store.backup(folder, () => Promise.resolve(true))
      await store.close()
      store = await world.openBackup(folder)
      expect(await endpoints(1)).toEqual(['a', 'b'])
      expect(await unwoken()).toEqual([{ endpoint: 'b', box: 1 }])
    })
  })
}
