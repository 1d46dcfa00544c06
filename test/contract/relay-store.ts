// What every store of a relay must do. The relay relies on nothing else.

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasBit } from '../../relay/blobs/bitmap.ts'
import type { MailboxStore, RelayStore, Tier } from '../../relay/storage/store.ts'

export interface RelayStoreWorld {
  /** The same data each time. The one opened before has been closed. */
  open(): Promise<RelayStore>
  /** As the process dies: what was not durable is gone. Opens what is left. */
  crash(): Promise<RelayStore>
  /** Opens a backup that was written to this folder. */
  openBackup(directory: string): Promise<RelayStore>
  /** An empty folder. */
  newFolder(): Promise<string>
  close(): Promise<void>
}

const dayMs = 24 * 60 * 60 * 1000
const nowMs = Date.UTC(2026, 0, 1, 12)
const untilMs = nowMs + 30 * dayMs
const bounds = { contact: { envelopes: 5, bytes: 1000 }, invite: { envelopes: 2, bytes: 100 } }
const quota = { contact: 1_000_000, invite: 50_000 }

const id = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const named = (fill: number, length = 10) => ({ id: id(fill), bytes: new Uint8Array(length).fill(fill) })
const always = (): undefined => undefined

export function relayStoreContract(name: string, createWorld: () => Promise<RelayStoreWorld>): void {
  describe(`${name} as a relay's store`, () => {
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

    const open = (box: number, tier: Tier = 'contact') => store.mailboxes.open(id(box), { tier, nowMs, admit: always })
    const put = (
      box: number,
      envelopes: readonly ReturnType<typeof named>[],
      options: Partial<Parameters<MailboxStore['put']>[2]> = {},
    ) => store.mailboxes.put(id(box), envelopes, { nowMs, untilMs, bounds, admit: always, ...options })
    const fetchAll = (box: number, options: { after?: number; limit?: number; at?: number; bytes?: number } = {}) =>
      store.mailboxes.fetch(id(box), {
        after: options.after ?? 0,
        limit: options.limit ?? 100,
        nowMs: options.at ?? nowMs,
        budget: { bytes: options.bytes ?? 1_000_000, envelopes: 100 },
      })
    const fills = async (box: number, options: Parameters<typeof fetchAll>[1] = {}) => {
      const found = await fetchAll(box, options)
      return typeof found === 'string' ? found : found.items.map(({ bytes }) => bytes[0])
    }
    const sweep = (at: number, rows = 100, bytes = 1_000_000) =>
      store.sweep({
        nowMs: at,
        limit: { rows, bytes },
        idleSinceMs: { contact: at - 400 * dayMs, invite: at - 60 * dayMs },
      })

    describe('mailboxes', () => {
      it('are made once, closed for good, and remembered as closed', async () => {
        expect(await open(1)).toBe('created')
        expect(await open(1)).toBe('exists')
        await put(1, [named(1)])
        expect(await store.mailboxes.close(id(1), { tombstoneUntilMs: untilMs })).toBe('ok')
        expect(await store.mailboxes.close(id(1), { tombstoneUntilMs: untilMs })).toBe('ok')
        expect(await open(1)).toBe('gone')
        expect(await put(1, [named(2)])).toBe('gone')
        expect(await fetchAll(1)).toBe('gone')
        expect(await store.mailboxes.tier(id(1))).toBe('gone')
        expect(await store.mailboxes.close(id(9), { tombstoneUntilMs: untilMs })).toBe('unknown-mailbox')
        expect(await put(9, [named(1)])).toBe('unknown-mailbox')
      })

      it('ask for admission when they are new, and then only', async () => {
        const refuse = () => ({ waitMs: 5 })
        expect(await store.mailboxes.open(id(1), { tier: 'contact', nowMs, admit: refuse })).toEqual({ waitMs: 5 })
        expect(await store.mailboxes.tier(id(1))).toBe('unknown-mailbox')
        await open(1)
        expect(await store.mailboxes.open(id(1), { tier: 'contact', nowMs, admit: refuse })).toBe('exists')
      })

      it('are abandoned when their owner stays away for as long as their tier allows', async () => {
        await open(1)
        await open(2, 'invite')
        await sweep(nowMs + 61 * dayMs)
        expect(await store.mailboxes.tier(id(1))).toBe('contact')
        expect(await store.mailboxes.tier(id(2))).toBe('unknown-mailbox')
        await store.mailboxes.newest(id(1), { nowMs: nowMs + 300 * dayMs })
        await sweep(nowMs + 500 * dayMs)
        expect(await store.mailboxes.tier(id(1))).toBe('contact')
        await sweep(nowMs + 701 * dayMs)
        expect(await store.mailboxes.tier(id(1))).toBe('unknown-mailbox')
      })
    })

    describe('mailboxes that were closed with much in them', () => {
      const limit = { rows: 2, bytes: 1_000_000 }
      const close = (box: number) => store.mailboxes.close(id(box), { tombstoneUntilMs: untilMs })
      const fill = async () => {
        for (const box of [1, 2]) {
          await open(box)
          await put(
            box,
            [1, 2, 3, 4, 5].map((number) => named(10 * box + number)),
          )
        }
      }

      it('are gone for everybody at once, and in portions from the disk', async () => {
        const empty = store.usage().mailboxBytes
        await fill()
        const oneFull = (store.usage().mailboxBytes - empty) / 2
        expect(await close(1)).toBe('ok')
        expect(await fetchAll(1)).toBe('gone')
        expect(await open(1)).toBe('gone')
        expect(await store.mailboxes.ack(id(1), [id(11)], { nowMs })).toBe('gone')
        expect((await store.count()).mailboxes).toBe(1)
        expect((await store.largest(9)).map((mailbox) => mailbox.id)).toEqual([id(2)])
        const left: number[] = []
        for (let more = true; more;) {
          more = await store.removeClosed(limit)
          left.push((await store.count()).envelopes)
        }
        expect(left).toEqual([8, 6, 5, 5].slice(0, left.length))
        expect(left.at(-1)).toBe(5)
        // But for the memory of its id.
        expect(store.usage().mailboxBytes).toBe(empty + oneFull + 256)
        expect(await fills(2)).toEqual([21, 22, 23, 24, 25])
        expect(await close(1)).toBe('ok')
      })

      it('stay closed when the process dies, and go with the next sweep', async () => {
        await fill()
        await close(1)
        await store.removeClosed(limit)
        store = await world.crash()
        expect(await fetchAll(1)).toBe('gone')
        expect((await store.count()).envelopes).toBe(8)
        while (await sweep(nowMs, 2)) expect(await fetchAll(1)).toBe('gone')
        expect(await store.count()).toMatchObject({ mailboxes: 1, envelopes: 5 })
        expect(await fills(2)).toEqual([21, 22, 23, 24, 25])
      })

      it('are none where nobody closed one', async () => {
        await fill()
        expect(await store.removeClosed(limit)).toBe(false)
        expect(await store.count()).toMatchObject({ mailboxes: 2, envelopes: 10 })
      })
    })

    describe('mailboxes that are full and abandoned', () => {
      const abandonedMs = nowMs + 450 * dayMs
      const lateMs = nowMs + 500 * dayMs
      /** Rows of all mailboxes. */
      const rows = async () => {
        const { mailboxes, envelopes } = await store.count()
        return mailboxes + envelopes
      }
      const fill = async () => {
        for (const box of [1, 2, 3]) {
          await open(box)
          await put(
            box,
            [1, 2, 3, 4, 5].map((number) => named(10 * box + number, 100)),
            { untilMs: lateMs },
          )
        }
      }

      it('are removed in portions of rows, however much each holds', async () => {
        await fill()
        let before = await rows()
        expect(before).toBe(18)
        let portions = 0
        for (let more = true; more; portions++) {
          more = await sweep(abandonedMs, 4)
          expect(before - (await rows())).toBeLessThanOrEqual(4)
          before = await rows()
        }
        expect(before).toBe(0)
        expect(portions).toBeGreaterThan(4)
        expect(store.usage().mailboxBytes).toBe(0)
      })

      it('are removed in portions of bytes, at least one envelope at a time', async () => {
        await fill()
        let before = await rows()
        for (const [bytes, most] of [
          [250, 2],
          [1, 1],
        ] as const) {
          expect(await sweep(abandonedMs, 100, bytes)).toBe(true)
          expect(before - (await rows())).toBe(most)
          before = await rows()
        }
        while (await sweep(abandonedMs, 100, 1)) continue
        expect(await rows()).toBe(0)
        expect(store.usage().mailboxBytes).toBe(0)
      })

      it('go with all that is in them, after a crash in the middle, too', async () => {
        await open(1)
        await put(
          1,
          [1, 2, 3].map((number) => named(number)),
          { untilMs: lateMs },
        )
        const oneTime = [named(1), named(2), named(3)]
        const bundle = { main: new Uint8Array(9), oneTime }
        await store.mailboxes.putBundle(id(1), bundle, { nowMs, oneTimeUntilMs: lateMs, poolSize: 5 })
        await sweep(abandonedMs, 2)
        store = await world.crash()
        while (await sweep(abandonedMs, 2)) continue
        expect(await store.mailboxes.tier(id(1))).toBe('unknown-mailbox')
        expect(store.usage().mailboxBytes).toBe(0)
      })

      it('whose owner comes back in the middle keep the rest', async () => {
        await fill()
        await sweep(abandonedMs, 2)
        await store.mailboxes.newest(id(1), { nowMs: abandonedMs })
        while (await sweep(abandonedMs, 2)) continue
        expect(await fills(1, { at: abandonedMs })).toEqual([13, 14, 15])
        expect(await store.count()).toMatchObject({ mailboxes: 1, envelopes: 3 })
      })
    })

    describe('envelopes', () => {
      beforeEach(() => open(1))

      it('come back in order, each once, from where the reader is', async () => {
        await put(1, [named(3), named(1)])
        await put(1, [named(2), named(3)])
        expect(await fills(1)).toEqual([3, 1, 2])
        const found = await fetchAll(1, { limit: 2 })
        if (typeof found === 'string') throw new Error(found)
        expect(found.more).toBe(true)
        expect(await fills(1, { after: found.items[1]?.sequence ?? 0 })).toEqual([2])
        expect(await store.mailboxes.newest(id(1), { nowMs })).toBe((found.items[1]?.sequence ?? 0) + 1)
      })

      it('keep their time when they are put again, and are stored in any case', async () => {
        const first = await put(1, [named(1)])
        const again = await put(1, [named(1), named(2)], { untilMs: untilMs + dayMs })
        expect(first).toEqual({ until: [untilMs], added: 1 })
        expect(again).toEqual({ until: [untilMs, untilMs + dayMs], added: 1 })
        expect(await put(1, [named(2)], { admit: () => 9 })).toMatchObject({ added: 0 })
      })

      it('are stored all or none', async () => {
        expect(
          await put(
            1,
            [1, 2, 3, 4, 5, 6].map((fill) => named(fill)),
          ),
        ).toBe('full')
        expect(await put(1, [named(1, 600), named(2, 600)])).toBe('full')
        expect(
          await put(1, [named(1)], {
            admit: (tier, { envelopes, bytes }) => (tier === 'contact' && envelopes === 1 && bytes === 10 ? 7 : 0),
          }),
        ).toEqual({ waitMs: 7 })
        expect(await fills(1)).toEqual([])
        expect(store.usage().mailboxBytes).toBe(await emptyBytes())
      })

      it('give back their room when they are acknowledged', async () => {
        const empty = store.usage().mailboxBytes
        await put(1, [named(1), named(2)])
        expect(store.usage().mailboxBytes).toBeGreaterThanOrEqual(empty + 20)
        expect(await store.mailboxes.ack(id(1), [id(1), id(9)], { nowMs })).toBe('ok')
        expect(await fills(1)).toEqual([2])
        await store.mailboxes.ack(id(1), [id(2)], { nowMs })
        expect(store.usage().mailboxBytes).toBe(empty)
        // A sequence is never given twice.
        const before = await store.mailboxes.newest(id(1), { nowMs })
        await put(1, [named(3)])
        expect(await store.mailboxes.newest(id(1), { nowMs })).toBe(Number(before) + 1)
      })

      it('are never returned once they have expired, swept or not', async () => {
        await put(1, [named(1)])
        expect(await fills(1, { at: untilMs - 1 })).toEqual([1])
        expect(await fills(1, { at: untilMs })).toEqual([])
        expect(await sweep(untilMs)).toBe(false)
        expect(await fills(1)).toEqual([])
        expect(store.usage().mailboxBytes).toBe(await emptyBytes())
      })

      it('are swept in portions', async () => {
        await put(
          1,
          [1, 2, 3].map((fill) => named(fill)),
        )
        expect(await sweep(untilMs, 2)).toBe(true)
        expect(await sweep(untilMs, 2)).toBe(false)
        expect(await fills(1)).toEqual([])
      })

      it('are bounded by the budget, which still lets one through', async () => {
        await put(1, [named(1, 100), named(2, 100), named(3, 100)])
        expect(await fills(1, { bytes: 1 })).toEqual([1])
        expect(await fills(1, { bytes: 150 })).toEqual([1, 2])
        expect(await fills(1, { bytes: 0 })).toEqual([])
      })

      it('of one turn take effect in the order of the calls', async () => {
        const calls = [
          put(1, [named(1)]),
          store.mailboxes.ack(id(1), [id(1)], { nowMs }),
          put(1, [named(1)]),
          put(1, [named(2)]),
        ]
        const late = fills(1)
        await Promise.all(calls)
        expect(await late).toEqual([1, 2])
      })

      it('survive a crash once they are said to be stored', async () => {
        await put(1, [named(1), named(2)])
        await store.mailboxes.ack(id(1), [id(1)], { nowMs })
        const used = store.usage()
        store = await world.crash()
        expect(await fills(1)).toEqual([2])
        expect(store.usage()).toEqual(used)
      })

      it('and their bytes add up, whatever is done', async () => {
        const fill = fc.integer({ min: 1, max: 8 })
        const step = fc.oneof(
          fc.record({ kind: fc.constant('put' as const), fills: fc.array(fill, { maxLength: 3 }) }),
          fc.record({ kind: fc.constant('ack' as const), fills: fc.array(fill, { maxLength: 3 }) }),
          fc.record({ kind: fc.constant('sweep' as const), fills: fc.constant([]) }),
        )
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
            const model = new Map<number, number>()
            const fullAsExpected: boolean[] = []
            for (const { kind, fills: some } of steps) {
              if (kind === 'put') {
                const fresh = new Set(some.filter((item) => !model.has(item)))
                const fits = model.size + fresh.size <= bounds.contact.envelopes
                const result = await put(
                  1,
                  some.map((item) => named(item)),
                )
                fullAsExpected.push((result === 'full') === !fits)
                if (fits) for (const item of fresh) model.set(item, item)
              } else if (kind === 'ack') {
                await store.mailboxes.ack(id(1), some.map(id), { nowMs })
                for (const item of some) model.delete(item)
              } else await sweep(nowMs)
            }
            expect(fullAsExpected).not.toContain(false)
            expect(await fills(1)).toEqual([...model.values()])
            await store.mailboxes.ack(id(1), [...model.keys()].map(id), { nowMs })
            expect(store.usage().mailboxBytes).toBe(await emptyBytes())
          }),
          { numRuns: 30 },
        )
      })
    })

    describe('bundles', () => {
      const limits = { nowMs, oneTimeUntilMs: nowMs + 8 * dayMs, poolSize: 3 }
      const take = (takeId: number, at = nowMs, hasRoom = true) =>
        store.mailboxes.takeBundle(id(1), new Uint8Array(16).fill(takeId), {
          nowMs: at,
          takeUntilMs: at + 2 * dayMs,
          takenUntilMs: at + 10 * dayMs,
          takes: 3,
          hasRoom,
        })
      beforeEach(() => open(1))

      it('hand out each one-time part once, and the same answer to the same taker', async () => {
        expect(await take(1)).toBe('empty')
        await store.mailboxes.putBundle(id(1), { main: id(7), oneTime: [named(1), named(2)] }, limits)
        expect(await store.mailboxes.countBundle(id(1), { nowMs })).toEqual({ main: true, oneTime: 2 })
        const answers = [await take(1), await take(1), await take(2), await take(3)]
        expect(answers[1]).toEqual(answers[0])
        const parts = [answers[0], answers[2]].map((answer) => (typeof answer === 'object' ? answer.oneTime?.[0] : 0))
        expect(new Set(parts)).toEqual(new Set([1, 2]))
        expect(answers[3]).toEqual({ main: id(7) })
      })

      it('keep their one-time parts when too many takes are remembered, and hand out the main part', async () => {
        await store.mailboxes.putBundle(id(1), { main: id(7), oneTime: [named(1)] }, limits)
        for (const takeId of [1, 2, 3]) await take(takeId)
        await store.mailboxes.putBundle(id(1), { main: id(7), oneTime: [named(2)] }, limits)
        expect([await take(4), await take(4)]).toEqual([{ main: id(7) }, { main: id(7) }])
        expect(await take(1)).toMatchObject({ oneTime: named(1).bytes })
        expect(await store.mailboxes.countBundle(id(1), { nowMs })).toEqual({ main: true, oneTime: 1 })
      })

      it('remember no taker without room, and answer the ones that are remembered', async () => {
        await store.mailboxes.putBundle(id(1), { main: id(7), oneTime: [named(1), named(2)] }, limits)
        const first = await take(1)
        const bytes = store.usage().mailboxBytes
        expect(await take(2, nowMs, false)).toBe('relay-full')
        expect(await take(1, nowMs, false)).toEqual(first)
        expect(store.usage().mailboxBytes).toBe(bytes)
        expect(await store.mailboxes.countBundle(id(1), { nowMs })).toEqual({ main: true, oneTime: 1 })
        expect(await take(2)).toMatchObject({ main: id(7), oneTime: expect.any(Uint8Array) })
      })

      it('never offer again what was taken, nor what is too old, and take no more than the pool holds', async () => {
        await store.mailboxes.putBundle(id(1), { main: id(7), oneTime: [named(1)] }, limits)
        await take(1)
        await store.mailboxes.putBundle(id(1), { main: id(8), oneTime: [named(1), named(2)] }, limits)
        expect(await take(2)).toMatchObject({ main: id(8), oneTime: named(2).bytes })
        expect(await take(3)).toEqual({ main: id(8) })
        const many = [3, 4, 5, 6].map((fill) => named(fill))
        expect(await store.mailboxes.putBundle(id(1), { main: id(9), oneTime: many }, limits)).toBe('full')
        expect(await store.mailboxes.countBundle(id(1), { nowMs })).toEqual({ main: true, oneTime: 0 })
        await store.mailboxes.putBundle(id(1), { main: id(9), oneTime: [named(3)] }, limits)
        expect(await store.mailboxes.countBundle(id(1), { nowMs: nowMs + 9 * dayMs })).toMatchObject({ oneTime: 0 })
      })
    })

    describe('blobs', () => {
      beforeEach(() => open(1))
      const reserve = (
        blob: number,
        segment: number,
        options: { box?: number; segments?: number; sizeBytes?: number } = {},
      ) =>
        store.blobs.reserve(id(blob), {
          mailboxId: id(options.box ?? 1),
          segments: options.segments ?? 3,
          segment,
          sizeBytes: options.sizeBytes ?? 100,
          untilMs,
          quota,
        })
      const folderOf = async (blob: number, segment: number): Promise<number> => {
        const reserved = await reserve(blob, segment)
        if (typeof reserved === 'string') throw new Error(reserved)
        return reserved.folder
      }
      const store1 = async (blob: number, segment: number): Promise<number> => {
        const folder = await folderOf(blob, segment)
        expect(await store.blobs.commit(folder, { segment, sizeBytes: 100, untilMs })).toBe(true)
        return folder
      }

      it('know which segments are stored, and count each once', async () => {
        const folder = await store1(1, 2)
        const used = store.usage().blobBytes
        await store.blobs.commit(folder, { segment: 2, sizeBytes: 100, untilMs })
        expect(store.usage().blobBytes).toBe(used)
        expect(await reserve(1, 2)).toEqual({ folder, stored: true })
        expect(await reserve(1, 0)).toEqual({ folder, stored: false })
        const found = await store.blobs.find(id(1), { nowMs })
        expect(found).toMatchObject({ folder, segments: 3 })
        expect([0, 1, 2].map((segment) => hasBit(found?.bitmap ?? new Uint8Array(), segment))).toEqual([
          false,
          false,
          true,
        ])
      })

      it('belong to the mailbox they were put with, while it is there', async () => {
        await open(2)
        await store1(1, 0)
        expect(await reserve(1, 1, { box: 2 })).toBe('foreign')
        expect(await reserve(1, 1, { box: 9 })).toBe('unknown-mailbox')
        expect(await reserve(1, 1, { segments: 4 })).toBe('mismatch')
        await store.mailboxes.close(id(1), { tombstoneUntilMs: untilMs })
        expect(await reserve(1, 1, { box: 2 })).toMatchObject({ stored: false })
      })

      it('count on the quota of their mailbox', async () => {
        await open(2, 'invite')
        expect(await reserve(1, 0, { box: 2, sizeBytes: 60_000 })).toBe('full')
        expect(await reserve(1, 0, { box: 2, sizeBytes: 10_000 })).toMatchObject({ stored: false })
      })

      it('are found until they expire, are named for removal in that order, and give all their room back', async () => {
        const empty = store.usage().blobBytes
        const first = await store1(1, 0)
        const later = await folderOf(2, 0)
        await store.blobs.commit(later, { segment: 0, sizeBytes: 100, untilMs: untilMs + dayMs })
        expect(await store.blobs.find(id(1), { nowMs: untilMs })).toBeUndefined()
        expect(await store.blobs.candidates({ nowMs: untilMs, limit: 5, oldest: false })).toEqual([first])
        expect(await store.blobs.candidates({ nowMs, limit: 5, oldest: true })).toEqual([first, later])
        // Put again meanwhile.
        expect(await store.blobs.remove(later, { expiredAtMs: untilMs })).toBe(false)
        expect(await store.blobs.remove(first, { expiredAtMs: untilMs })).toBe(true)
        expect(await store.blobs.exists(first)).toBe(false)
        expect(await store.blobs.commit(first, { segment: 1, sizeBytes: 100, untilMs })).toBe(false)
        await store.blobs.remove(later)
        expect(store.usage().blobBytes).toBe(empty)
        expect(await folderOf(1, 0)).toBeGreaterThan(later)
      })
    })

    describe('membership', () => {
      const invite = (code: number, uses = 1, lifetimeMs = dayMs) =>
        store.membership.invite(id(code), { uses, nowMs, untilMs: nowMs + lifetimeMs })
      const join = (code: number, member: number, options: { at?: number; closed?: boolean } = {}) =>
        store.membership.join(id(code), id(member), { nowMs: options.at ?? nowMs, closed: options.closed ?? false })
      const openAs = (box: number, member: number | undefined) =>
        store.mailboxes.open(id(box), {
          tier: 'contact',
          nowMs,
          as: { memberId: member === undefined ? undefined : id(member) },
          admit: always,
        })

      it('is for who has a code, once for each use', async () => {
        expect(await invite(1, 2)).toBe(1)
        expect(await join(2, 11)).toBe('unknown-code')
        expect(await Promise.all([join(1, 11), join(1, 12), join(1, 13)])).toEqual(['ok', 'ok', 'code-used'])
        expect(await store.membership.standing(id(12))).toBe('member')
        expect(await store.membership.standing(id(13))).toBe('not-a-member')
        expect(await store.membership.standing(undefined)).toBe('not-a-member')
      })

      it('is asked for twice and costs one use, even after the code is over', async () => {
        await invite(1)
        const answers = [await join(1, 11), await join(1, 11), await join(1, 11, { at: nowMs + 2 * dayMs })]
        expect(answers).toEqual(['ok', 'ok', 'ok'])
        expect(await join(9, 11, { closed: true })).toBe('ok')
        expect(await store.membership.codes({ after: 0, limit: 5 })).toMatchObject([{ used: 1 }])
      })

      it('ends for codes in time, and comes back with a clock that is put right', async () => {
        await invite(1)
        expect(await join(1, 11, { at: nowMs + dayMs })).toBe('code-expired')
        await sweep(nowMs + 1000 * dayMs)
        expect(await join(1, 11, { at: nowMs + dayMs - 1 })).toBe('ok')
      })

      it('is closed to codes, withdrawn from codes, and taken from members', async () => {
        await invite(1)
        await invite(2)
        expect(await join(1, 11, { closed: true })).toBe('joining-closed')
        expect(await store.membership.withdraw(2)).toBe(true)
        expect(await store.membership.withdraw(3)).toBe(false)
        expect(await join(2, 12)).toBe('code-expired')
        expect(await join(1, 11)).toBe('ok')
        expect(await store.membership.ban(1)).toBe(true)
        expect(await store.membership.ban(2)).toBe(false)
        expect(await store.membership.standing(id(11))).toBe('banned')
        expect(await join(1, 11)).toBe('banned')
      })

      it('opens new mailboxes, and is not asked for with those that are there', async () => {
        await invite(1)
        await join(1, 11)
        expect(await openAs(1, undefined)).toBe('not-a-member')
        expect(await openAs(1, 12)).toBe('not-a-member')
        expect(await store.mailboxes.tier(id(1))).toBe('unknown-mailbox')
        expect(await openAs(1, 11)).toBe('created')
        await store.membership.ban(1)
        expect(await openAs(2, 11)).toBe('banned')
        expect(await openAs(1, 11)).toBe('exists')
        expect(await openAs(1, undefined)).toBe('exists')
      })

      it('is listed by number and day, survives a crash, and is in a backup', async () => {
        await invite(1, 5)
        await join(1, 11)
        await join(1, 12)
        await store.membership.ban(2)
        const midnight = Math.floor(nowMs / dayMs) * dayMs
        const members = [
          { number: 1, code: 1, joinedAtMs: midnight, banned: false },
          { number: 2, code: 1, joinedAtMs: midnight, banned: true },
        ]
        const code = { number: 1, uses: 5, used: 2, madeAtMs: midnight, untilMs: nowMs + dayMs }
        const used = store.usage()
        expect(used.mailboxBytes).toBeGreaterThan(0)
        store = await world.crash()
        expect(store.usage()).toEqual(used)
        expect(await store.membership.members({ after: 0, limit: 5 })).toEqual(members)
        expect(await store.membership.members({ after: 1, limit: 5 })).toEqual(members.slice(1))
        expect(await store.membership.members({ after: 0, limit: 1 })).toEqual(members.slice(0, 1))
        const folder = await world.newFolder()
        await store.backup(folder, () => Promise.resolve(true))
        await store.close()
        store = await world.openBackup(folder)
        expect(await store.membership.members({ after: 0, limit: 5 })).toEqual(members)
        expect(await store.membership.codes({ after: 0, limit: 5 })).toEqual([code])
        expect(await join(1, 11)).toBe('ok')
      })
    })

    it('names the mailboxes that take most room', async () => {
      await open(1)
      await open(2, 'invite')
      await open(3)
      await put(3, [named(1, 100)])
      await put(2, [named(1, 50)])
      expect(await store.largest(2)).toEqual([
        { id: id(3), tier: 'contact', envelopes: 1, bytes: 100, blobBytes: 0 },
        { id: id(2), tier: 'invite', envelopes: 1, bytes: 50, blobBytes: 0 },
      ])
    })

    it('keeps the note on the clock over a restart', async () => {
      expect(await store.clock.read()).toBeUndefined()
      await store.clock.write({ atMs: 5, waitMs: 7, lagMs: -9, largestMs: 11 })
      await store.close()
      store = await world.open()
      expect(await store.clock.read()).toEqual({ atMs: 5, waitMs: 7, lagMs: -9, largestMs: 11 })
    })

    it('backs up what it holds, but for segments that are gone', async () => {
      await open(1)
      await put(1, [named(1)])
      for (const segment of [0, 1]) {
        const reserved = await store.blobs.reserve(id(5), {
          mailboxId: id(1),
          segments: 2,
          segment,
          sizeBytes: 9,
          untilMs,
          quota,
        })
        if (typeof reserved === 'string') throw new Error(reserved)
        await store.blobs.commit(reserved.folder, { segment, sizeBytes: 9, untilMs })
      }
      const folder = await world.newFolder()
      const asked: number[] = []
      await store.backup(folder, (_folder, segment) => {
        asked.push(segment)
        return Promise.resolve(segment === 0)
      })
      expect(asked).toEqual([0, 1])
      await put(1, [named(2)])
      await store.close()
      store = await world.openBackup(folder)
      expect(await fills(1)).toEqual([1])
      expect((await store.blobs.find(id(5), { nowMs }))?.bitmap).toEqual(Uint8Array.of(1))
      expect(await store.count()).toEqual({ mailboxes: 1, envelopes: 1, blobs: 1 })
    })

    async function emptyBytes(): Promise<number> {
      const world2 = await createWorld()
      const empty = await world2.open()
      await empty.mailboxes.open(id(1), { tier: 'contact', nowMs, admit: always })
      const { mailboxBytes } = empty.usage()
      await empty.close()
      await world2.close()
      return mailboxBytes
    }
  })
}
