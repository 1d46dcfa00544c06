// What every implementation of the Store port must do. The messenger relies on nothing else.

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RowRange, Store, Write } from '../../src/messenger/ports.ts'
import { StorageError } from '../../src/messenger/ports.ts'
import { equalBytes, utf8 } from '../../src/protocol/bytes.ts'

export interface StoreWorld {
  /** Opens the same records each time, sealed with the same key. */
  open(): Promise<Store>
  /** The same records sealed with another vault key. */
  openWithOtherKey(): Promise<Store>
  /** The same records as they lie on the disk. */
  openUnsealed(): Promise<Store>
  close(): Promise<void>
}

export function storeContract(name: string, createWorld: () => Promise<StoreWorld>): void {
  describe(`${name} as a store`, () => {
    let world: StoreWorld
    let store: Store

    beforeEach(async () => {
      world = await createWorld()
      store = await world.open()
    })
    afterEach(async () => {
      await store.close()
      await world.close()
    })

    async function keys(range?: RowRange, of = 'keys'): Promise<readonly string[]> {
      return (await store.list(of, range)).map(({ key }) => key)
    }

    describe('one row', () => {
      it('gives back what was put, and nothing for what was not', async () => {
        await store.commit([put('contacts', 'bo', 'hello')])
        expect(await store.get('contacts', 'bo')).toEqual(utf8('hello'))
        expect(await store.get('contacts', 'ana')).toBeUndefined()
        expect(await store.get('messages', 'bo')).toBeUndefined()
      })

      it('keeps an empty value and a large one', async () => {
        const large = new Uint8Array(1024 * 1024).fill(7)
        await store.commit([
          { kind: 'put', store: 's', key: 'empty', value: new Uint8Array() },
          { kind: 'put', store: 's', key: 'large', value: large },
        ])
        expect(await store.get('s', 'empty')).toEqual(new Uint8Array())
        expect(equalBytes((await store.get('s', 'large')) ?? new Uint8Array(), large)).toBe(true)
      })

      it('replaces and deletes, and deletes what is not there', async () => {
        await store.commit([put('s', 'a', 'old'), put('s', 'b', 'gone')])
        await store.commit([put('s', 'a', 'new'), remove('s', 'b'), remove('s', 'never')])
        expect(await store.get('s', 'a')).toEqual(utf8('new'))
        expect(await store.get('s', 'b')).toBeUndefined()
      })

      it('tells stores and keys apart that are equal when joined', async () => {
        await store.commit([put('a', 'bc', '1'), put('ab', 'c', '2'), put('', 'abc', '3'), put('abc', '', '4')])
        expect(await store.get('a', 'bc')).toEqual(utf8('1'))
        expect(await store.get('ab', 'c')).toEqual(utf8('2'))
        expect(await store.get('', 'abc')).toEqual(utf8('3'))
        expect(await store.get('abc', '')).toEqual(utf8('4'))
      })

      it('shares no bytes with the caller', async () => {
        const value = utf8('hello')
        const committed = store.commit([{ kind: 'put', store: 's', key: 'a', value }])
        value.fill(0)
        await committed
        const first = await store.get('s', 'a')
        first?.fill(0)
        expect(await store.get('s', 'a')).toEqual(utf8('hello'))
      })

      it('stores only the part of a buffer that it was given', async () => {
        const value = utf8('..hello..').subarray(2, 7)
        await store.commit([{ kind: 'put', store: 's', key: 'a', value }])
        expect(await store.get('s', 'a')).toEqual(utf8('hello'))
      })
    })

    describe('a commit', () => {
      it('applies its writes in order', async () => {
        await store.commit([put('s', 'a', '1'), remove('s', 'a'), put('s', 'b', '1'), put('s', 'b', '2')])
        await store.commit([remove('s', 'b'), put('s', 'b', '3')])
        expect(await store.get('s', 'a')).toBeUndefined()
        expect(await store.get('s', 'b')).toEqual(utf8('3'))
      })

      it('may be empty', async () => {
        await store.commit([])
        expect(await keys()).toEqual([])
      })

      it('changes nothing when one of its writes is refused', async () => {
        await store.commit([put('s', 'a', 'before')])
        const loneSurrogate = put('s', '\ud800', 'never')
        await expect(store.commit([put('s', 'a', 'after'), loneSurrogate])).rejects.toThrow(TypeError)
        expect(await store.get('s', 'a')).toEqual(utf8('before'))
      })

      it('is seen whole or not at all by whoever reads meanwhile', async () => {
        const commits = Array.from({ length: 20 }, (_, turn) =>
          store.commit(['a', 'b', 'c'].map((key) => put('s', key, `${turn}`))),
        )
        const reads = Array.from({ length: 20 }, () => store.list('s'))
        for (const rows of await Promise.all(reads)) {
          expect([0, 3]).toContain(rows.length)
          expect(new Set(rows.map(({ value }) => value.join())).size).toBeLessThan(2)
        }
        await Promise.all(commits)
        expect(await store.get('s', 'a')).toEqual(utf8('19'))
      })

      it('is seen by a read that was asked for after it', async () => {
        const committed = store.commit([put('s', 'a', '1')])
        expect(await store.get('s', 'a')).toEqual(utf8('1'))
        await committed
      })

      it('holds 10,000 rows', async () => {
        const writes = Array.from({ length: 10_000 }, (_, row) => put('keys', `${row}`.padStart(5, '0'), `${row}`))
        await store.commit(writes)
        const rows = await store.list('keys')
        expect(rows.length).toBe(10_000)
        expect(rows[1234]).toEqual({ key: '01234', value: utf8('1234') })
        expect(await keys({ reverse: true, limit: 2 })).toEqual(['09999', '09998'])
        expect(await keys({ prefix: '0123', after: '01237' })).toEqual(['01238', '01239'])
      })
    })

    describe('a range', () => {
      it('lists in the order of UTF-16 code units', async () => {
        // As code points, and as UTF-8, the last two change places.
        const ordered = ['', '\u0000', 'B', 'a', 'a\u0000', 'aa', 'é', '\u{1f600}', '\ufffd']
        await store.commit(ordered.toReversed().map((key) => put('keys', key, key)))
        expect(await keys()).toEqual(ordered)
        expect(await keys({ reverse: true })).toEqual(ordered.toReversed())
      })

      it('takes a prefix, exclusive bounds, a limit and a direction together', async () => {
        await store.commit(['a', 'b1', 'b2', 'b3', 'b4', 'c'].map((key) => put('keys', key, key)))
        expect(await keys({ prefix: 'b' })).toEqual(['b1', 'b2', 'b3', 'b4'])
        expect(await keys({ after: 'b1', before: 'b4' })).toEqual(['b2', 'b3'])
        expect(await keys({ prefix: 'b', before: 'b3', reverse: true })).toEqual(['b2', 'b1'])
        expect(await keys({ prefix: 'b', after: 'a', before: 'z', limit: 3 })).toEqual(['b1', 'b2', 'b3'])
        expect(await keys({ prefix: 'b', limit: 1, reverse: true })).toEqual(['b4'])
        expect(await keys({ after: 'b4', before: 'b1' })).toEqual([])
        expect(await keys({ prefix: 'b', after: 'c' })).toEqual([])
        expect(await keys({ limit: 0 })).toEqual([])
        expect(await keys({}, 'other')).toEqual([])
      })

      it('has an end for the prefix of the highest characters', async () => {
        await store.commit(['a\uffff', 'a\uffff\uffff', 'b', '\uffff', '\uffff1'].map((key) => put('keys', key, key)))
        expect(await keys({ prefix: 'a\uffff' })).toEqual(['a\uffff', 'a\uffff\uffff'])
        expect(await keys({ prefix: '\uffff' })).toEqual(['\uffff', '\uffff1'])
        expect(await keys({ prefix: '\u{1f600}' })).toEqual([])
      })

      it('gives what filtering and sorting all keys gives, whatever the keys and the range', async () => {
        const key = fc
          .array(fc.constantFrom('\u0000', 'a', 'b', '\u{1f600}', '\ud7ff', '\uffff'), { maxLength: 4 })
          .map((characters) => characters.join(''))
        const range = fc.record(
          { prefix: key, after: key, before: key, limit: fc.nat(4), reverse: fc.boolean() },
          { requiredKeys: [] },
        )
        let round = 0
        await fc.assert(
          fc.asyncProperty(fc.uniqueArray(key, { maxLength: 12 }), range, async (all, asked) => {
            const of = `round-${round++}`
            await store.commit(all.map((each) => put(of, each, each)))
            expect(await keys(asked, of)).toEqual(expectedKeys(all, asked))
          }),
          { numRuns: 100 },
        )
      })
    })

    describe('closing and opening', () => {
      it('finds everything again', async () => {
        await store.commit([put('s', 'a', '1'), put('t', 'b', '2')])
        await store.close()
        store = await world.open()
        expect(await store.get('s', 'a')).toEqual(utf8('1'))
        expect(await store.list('t')).toEqual([{ key: 'b', value: utf8('2') }])
      })

      it('shows a second opener what is committed', async () => {
        const second = await world.open()
        await store.commit([put('s', 'a', '1')])
        expect(await second.get('s', 'a')).toEqual(utf8('1'))
        await second.commit([put('s', 'a', '2')])
        expect(await store.get('s', 'a')).toEqual(utf8('2'))
        await second.close()
      })

      it('refuses everything once closed, and closes twice', async () => {
        await store.close()
        await store.close()
        await expect(store.get('s', 'a')).rejects.toMatchObject({ code: 'closed' })
        await expect(store.list('s')).rejects.toMatchObject({ code: 'closed' })
        await expect(store.commit([put('s', 'a', '1')])).rejects.toBeInstanceOf(StorageError)
      })
    })

    describe('at rest', () => {
      /** Changes rows behind the store's back. */
      async function tamper(change: (unsealed: Store) => Promise<void>): Promise<void> {
        const unsealed = await world.openUnsealed()
        await change(unsealed)
        await unsealed.close()
      }

      async function sealedRow(unsealed: Store, key: string): Promise<Uint8Array> {
        const sealed = await unsealed.get('s', key)
        if (!sealed) throw new Error('no such row')
        return sealed
      }

      it('holds no plain value', async () => {
        await store.commit([put('s', 'a', 'plain words')])
        await tamper(async (unsealed) => {
          expect(new TextDecoder().decode(await unsealed.get('s', 'a'))).not.toContain('plain words')
        })
      })

      it('never seals the same value to the same bytes', async () => {
        await store.commit([put('s', 'a', 'same')])
        await tamper(async (unsealed) => {
          const first = await sealedRow(unsealed, 'a')
          await store.commit([put('s', 'a', 'same')])
          expect(await sealedRow(unsealed, 'a')).not.toEqual(first)
        })
      })

      it('opens no row that was moved to another key or another store', async () => {
        await store.commit([put('s', 'a', '1')])
        await tamper(async (unsealed) => {
          const value = await sealedRow(unsealed, 'a')
          await unsealed.commit([
            { kind: 'put', store: 's', key: 'b', value },
            { kind: 'put', store: 't', key: 'a', value },
          ])
        })
        await expect(store.get('s', 'b')).rejects.toMatchObject({ code: 'damaged' })
        await expect(store.get('t', 'a')).rejects.toMatchObject({ code: 'damaged' })
        await expect(store.list('s')).rejects.toMatchObject({ code: 'damaged' })
        expect(await store.get('s', 'a')).toEqual(utf8('1'))
      })

      it('opens neither of two rows that changed places', async () => {
        await store.commit([put('s', 'a', '1'), put('s', 'b', '2')])
        await tamper(async (unsealed) => {
          const [a, b] = [await sealedRow(unsealed, 'a'), await sealedRow(unsealed, 'b')]
          await unsealed.commit([
            { kind: 'put', store: 's', key: 'a', value: b },
            { kind: 'put', store: 's', key: 'b', value: a },
          ])
        })
        await expect(store.get('s', 'a')).rejects.toMatchObject({ code: 'damaged' })
        await expect(store.get('s', 'b')).rejects.toMatchObject({ code: 'damaged' })
      })

      it('opens no row with a flipped bit, and none that was cut short', async () => {
        await store.commit([put('s', 'a', 'value')])
        await tamper(async (unsealed) => {
          const sealed = await sealedRow(unsealed, 'a')
          for (let bit = 0; bit < sealed.length * 8; bit += 29) {
            const changed = sealed.slice()
            changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
            await unsealed.commit([{ kind: 'put', store: 's', key: 'a', value: changed }])
            await expect(store.get('s', 'a')).rejects.toMatchObject({ code: 'damaged' })
          }
          for (const length of [0, 1, 24, sealed.length - 1]) {
            await unsealed.commit([{ kind: 'put', store: 's', key: 'a', value: sealed.slice(0, length) }])
            await expect(store.get('s', 'a')).rejects.toMatchObject({ code: 'damaged' })
          }
        })
      })

      it('opens nothing with another vault key', async () => {
        await store.commit([put('s', 'a', '1')])
        const other = await world.openWithOtherKey()
        await expect(other.get('s', 'a')).rejects.toMatchObject({ code: 'damaged' })
        await other.close()
      })

      it('cannot tell a row that was put back to an earlier value of its own', async () => {
        await store.commit([put('s', 'a', 'earlier')])
        await tamper(async (unsealed) => {
          const earlier = await sealedRow(unsealed, 'a')
          await store.commit([put('s', 'a', 'later')])
          await unsealed.commit([{ kind: 'put', store: 's', key: 'a', value: earlier }])
        })
        expect(await store.get('s', 'a')).toEqual(utf8('earlier'))
      })
    })
  })
}

function put(store: string, key: string, text: string): Write {
  return { kind: 'put', store, key, value: utf8(text) }
}

function remove(store: string, key: string): Write {
  return { kind: 'delete', store, key }
}

function expectedKeys(all: readonly string[], { prefix = '', after, before, limit, reverse }: RowRange): string[] {
  const inside = all.filter(
    (key) => key.startsWith(prefix) && (after === undefined || key > after) && (before === undefined || key < before),
  )
  const ordered = inside.toSorted((a, b) => (a < b ? -1 : 1))
  return (reverse === true ? ordered.toReversed() : ordered).slice(0, limit)
}
