// The ways to open a vault: what each change leaves behind, also when it is cut off, and what somebody can do who writes to
// the disk.

import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Store } from '../../src/messenger/ports.ts'
import type { Unlock, Vault, VaultSecret, VaultSlot, VaultWay } from '../../src/messenger/ports/vault.ts'
import { utf8 } from '../../src/protocol/bytes.ts'
import { limits } from '../../src/protocol/limits.ts'
import type { Slot } from '../../src/protocol/vault/slot-table.ts'
import { decodeSlotTable, encodeSlotTable } from '../../src/protocol/vault/slot-table.ts'
import type { MemoryDisk } from '../../src/storage/memory.ts'
import { crashedCopy, createMemoryDisk, memoryStore, openMemoryStorage } from '../../src/storage/memory.ts'
import type { KeySlot } from '../../src/storage/vault.ts'
import { openVault } from '../../src/storage/vault.ts'
import { first, passphrase, second, vaultContract } from '../contract/vault.ts'
import { seededRandom } from '../protocol/seeded-random.ts'
import { fakeStretch } from './fake-stretch.ts'

const random = seededRandom('vault')

vaultContract('memory', async () => {
  const disk = createMemoryDisk()
  return {
    open: (unlock) => openMemoryStorage(disk, random, { unlock, stretch: fakeStretch }),
    deviceSlot: async () => disk.vaultKey,
    async loseDeviceSlot() {
      disk.vaultKey = undefined
    },
    close: async () => {},
  }
})

async function using<T>(disk: MemoryDisk, work: (vault: Vault) => Promise<T>, secret?: VaultSecret): Promise<T> {
  const unlock: Unlock = () => secret
  const storage = await openMemoryStorage(disk, random, { unlock, stretch: fakeStretch })
  try {
    return await work(storage.vault)
  } finally {
    await storage.release()
  }
}
const opens = (disk: MemoryDisk, secret?: VaultSecret): Promise<boolean> =>
  using(crashedCopy(disk), async () => true, secret).catch(() => false)
const why = (disk: MemoryDisk, secret?: VaultSecret): Promise<unknown> =>
  using(crashedCopy(disk), async () => 'open', secret).catch((error: unknown) =>
    error instanceof Error && 'code' in error ? error.code : error,
  )

const passkey = { credentialId: random(32), salt: random(32), secret: random(32) }
const passkeySecret: VaultSecret = { kind: 'passkey', credentialId: passkey.credentialId, secret: passkey.secret }
const someWords = `${'abandon '.repeat(11)}about`
const otherWords = `${'zoo '.repeat(11)}wrong`
const wordsSecret = (words: string): VaultSecret => ({ kind: 'words', words })

async function lockedDisk(): Promise<MemoryDisk> {
  const disk = createMemoryDisk()
  await using(disk, async (vault) => {
    await vault.setPassphrase(first)
    await vault.confirmRecoveryWords(someWords)
    await vault.addPasskey(passkey)
  })
  return disk
}

const tableBytes = (disk: MemoryDisk) => disk.rows.get('.vault')?.get('slots') ?? new Uint8Array()
function changeSlots(disk: MemoryDisk, how: (slots: readonly Slot[]) => readonly Slot[]): void {
  const table = decodeSlotTable(tableBytes(disk))
  disk.rows.get('.vault')?.set('slots', encodeSlotTable({ slots: how(table?.slots ?? []) }))
}

describe('a locked vault', () => {
  it('asks for what there is, with what a passkey needs', async () => {
    const asked: (readonly VaultWay[])[] = []
    const unlock: Unlock = (ways) => void asked.push(ways)
    const opening = openMemoryStorage(await lockedDisk(), random, { unlock, stretch: fakeStretch })
    await expect(opening).rejects.toMatchObject({ code: 'sealed' })
    expect(asked).toEqual([
      [
        { kind: 'passphrase' },
        { kind: 'words' },
        { kind: 'passkey', credentialId: passkey.credentialId, salt: passkey.salt },
      ],
    ])
  })

  it('opens with any of its slots, and says of everything else only that it is wrong', async () => {
    const disk = await lockedDisk()
    expect(await why(disk, passphrase(first))).toBe('open')
    expect(await why(disk, wordsSecret(someWords))).toBe('open')
    expect(await why(disk, passkeySecret)).toBe('open')
    expect(await why(disk)).toBe('sealed')
    for (const wrong of [
      passphrase(second),
      passphrase(''),
      passphrase('x'.repeat(5000)),
      passphrase(`${first} `),
      wordsSecret(otherWords),
      wordsSecret(`${'abandon '.repeat(23)}art`),
      { ...passkeySecret, credentialId: random(32) } as const,
      { ...passkeySecret, secret: random(32) } as const,
      { ...passkeySecret, secret: random(16) } as const,
    ])
      expect(await why(disk, wrong)).toBe('wrong-secret')
    expect(await why(disk, wordsSecret(someWords.replace('about', 'abuot')))).toBe('mistyped-words')
  })

  it('opens with the passphrase as another keyboard spells it', async () => {
    const disk = createMemoryDisk()
    await using(disk, (vault) => vault.setPassphrase('Caf\u{e9} am Fluß'))
    expect(await opens(disk, passphrase('Cafe\u{301} am Fluß'))).toBe(true)
  })

  it('says that a secret is wrong also where there is no slot for it', async () => {
    const disk = createMemoryDisk()
    await using(disk, (vault) => vault.setPassphrase(first))
    expect(await why(disk, wordsSecret(someWords))).toBe('wrong-secret')
    expect(await why(disk, passkeySecret)).toBe('wrong-secret')
  })

  it('no longer opens with what was replaced or removed', async () => {
    const disk = await lockedDisk()
    await using(
      disk,
      async (vault) => {
        await vault.setPassphrase(second)
        await vault.confirmRecoveryWords(otherWords)
        for (const { id, kind } of await vault.slots()) if (kind === 'passkey') await vault.removeSlot(id)
      },
      passphrase(first),
    )
    for (const gone of [passphrase(first), wordsSecret(someWords), passkeySecret])
      expect(await why(disk, gone)).toBe('wrong-secret')
    expect(await opens(disk, passphrase(second))).toBe(true)
    expect(await opens(disk, wordsSecret(otherWords))).toBe(true)
  })

  it('keeps its recovery words and drops its passkeys when the passphrase is removed', async () => {
    const disk = await lockedDisk()
    await using(disk, (vault) => vault.removePassphrase(), passkeySecret)
    const kinds = await using(disk, async (vault) => (await vault.slots()).map(({ kind }) => kind))
    expect(kinds).toEqual(['device', 'words'])
    await using(disk, (vault) => vault.removePassphrase())
    expect(await opens(disk)).toBe(true)
  })

  it('refuses to be left with fewer ways in than it says', async () => {
    const disk = createMemoryDisk()
    await using(disk, async (vault) => {
      await expect(vault.addPasskey(passkey)).rejects.toMatchObject({ code: 'conflict' })
      await expect(vault.removeSlot('device')).rejects.toMatchObject({ code: 'conflict' })
      await expect(vault.confirmRecoveryWords('a few words')).rejects.toMatchObject({ code: 'mistyped-words' })
      await expect(vault.setPassphrase('')).rejects.toMatchObject({ code: 'conflict' })
      await vault.setPassphrase(first)
      const [only] = await vault.slots()
      await expect(vault.removeSlot(only?.id ?? '')).rejects.toMatchObject({ code: 'conflict' })
      for (let count = 0; count < limits.passkeys; count += 1)
        await vault.addPasskey({ ...passkey, credentialId: random(32) })
      await expect(vault.addPasskey(passkey)).rejects.toMatchObject({ code: 'conflict' })
    })
    expect(await opens(disk, passphrase(first))).toBe(true)
  })

  it('makes one change after the other', async () => {
    const disk = createMemoryDisk()
    await using(disk, async (vault) => {
      await Promise.all([
        vault.setPassphrase(first),
        vault.confirmRecoveryWords(someWords),
        vault.addPasskey(passkey),
        vault.setPassphrase(second),
      ])
      const kinds = (await vault.slots()).map(({ kind }) => kind)
      expect(kinds.toSorted()).toEqual(['passkey', 'passphrase', 'words'])
    })
    for (const secret of [passphrase(second), wordsSecret(someWords), passkeySecret])
      expect(await opens(disk, secret)).toBe(true)
  })

  it('has every key of its own overwritten when it is closed', async () => {
    const disk = createMemoryDisk()
    const vault = await openVault({ engine: memoryStore(disk), device: deviceOf(disk), stretch: fakeStretch, random })
    expect(vault.vaultKey).not.toEqual(new Uint8Array(32))
    await vault.close()
    expect(vault.vaultKey).toEqual(new Uint8Array(32))
  })
})

// ---------------------------------------------------------------- cut off

function deviceOf(disk: MemoryDisk, changed: () => void = () => {}): KeySlot {
  return {
    load: async () => disk.vaultKey?.slice(),
    async save(vaultKey) {
      disk.vaultKey = vaultKey.slice()
      changed()
    },
    async remove() {
      disk.vaultKey = undefined
      changed()
    },
  }
}

/** The disk before the first durable write of `work`, and after each. */
async function crashPoints(
  disk: MemoryDisk,
  secret: VaultSecret | undefined,
  work: (vault: Vault) => Promise<void>,
): Promise<readonly MemoryDisk[]> {
  const points: MemoryDisk[] = []
  const take = (): void => void points.push(crashedCopy(disk))
  const store = memoryStore(disk)
  const engine: Store = {
    ...store,
    // All or nothing, which the contract of stores proves of every engine.
    async commit(writes) {
      await store.commit(writes)
      take()
    },
  }
  const device = deviceOf(disk, take)
  const open = await openVault({ engine, device, stretch: fakeStretch, random, unlock: () => secret })
  points.length = 0
  take()
  await work(open.vault)
  await open.close()
  return points
}

async function removeOne(vault: Vault, kind: VaultSlot['kind']): Promise<void> {
  const slot = (await vault.slots()).find((candidate) => candidate.kind === kind)
  if (slot !== undefined) await vault.removeSlot(slot.id)
}

describe('a change that is cut off after any of its writes', () => {
  it('leaves a way in, and no more of them than before or after, when a passphrase is set', async () => {
    const points = await crashPoints(createMemoryDisk(), undefined, (vault) => vault.setPassphrase(first))
    expect(await Promise.all(points.map((disk) => opens(disk)))).toEqual([true, false, false])
    expect(await Promise.all(points.map((disk) => opens(disk, passphrase(first))))).toEqual([true, true, true])
  })

  it('leaves either passphrase when it is changed', async () => {
    const points = await crashPoints(await lockedDisk(), passphrase(first), (vault) => vault.setPassphrase(second))
    const ways = points.map(async (disk) => [
      await opens(disk, passphrase(first)),
      await opens(disk, passphrase(second)),
      await opens(disk, wordsSecret(someWords)),
    ])
    const [before, ...after] = await Promise.all(ways)
    expect(before).toEqual([true, false, true])
    expect(after.length).toBeGreaterThan(0)
    for (const way of after) expect(way).toEqual([false, true, true])
    for (const disk of points) expect(await opens(disk)).toBe(false)
  })

  it('leaves the passphrase until the device has its slot, when the passphrase is removed', async () => {
    const points = await crashPoints(await lockedDisk(), passphrase(first), (vault) => vault.removePassphrase())
    expect(await Promise.all(points.map((disk) => opens(disk)))).toEqual([false, false, true])
    expect(await Promise.all(points.map((disk) => opens(disk, passphrase(first))))).toEqual([true, true, true])
  })

  it('removes the slot that the device was not to keep, after the next opening and not before', async () => {
    const [, locked] = await crashPoints(createMemoryDisk(), undefined, (vault) => vault.setPassphrase(first))
    if (locked === undefined) throw new Error('no such point')
    expect(locked.vaultKey).toBeDefined()
    await expect(using(locked, async () => {})).rejects.toMatchObject({ code: 'sealed' })
    await expect(using(locked, async () => {}, passphrase(second))).rejects.toMatchObject({ code: 'wrong-secret' })
    expect(locked.vaultKey).toBeDefined()
    await using(locked, async () => {}, passphrase(first))
    expect(locked.vaultKey).toBeUndefined()
  })

  it('leaves the old words or the new ones, and the passkey or not', async () => {
    const disk = await lockedDisk()
    const words = await crashPoints(disk, passphrase(first), (vault) => vault.confirmRecoveryWords(otherWords))
    for (const point of words) {
      const [old, now] = [await opens(point, wordsSecret(someWords)), await opens(point, wordsSecret(otherWords))]
      expect(old).toBe(!now)
    }
    const removal = await crashPoints(disk, passphrase(first), async (vault) => {
      for (const { id, kind } of await vault.slots()) if (kind === 'passkey') await vault.removeSlot(id)
    })
    expect(await Promise.all(removal.map((point) => opens(point, passkeySecret)))).toEqual([true, false])
    for (const point of removal) expect(await opens(point, passphrase(first))).toBe(true)
  })

  it('opens as before or as after, and never in no way, whatever is changed and wherever it is cut off', async () => {
    const wordsOf = [someWords, otherWords] as const
    const changes: Readonly<Record<string, (vault: Vault) => Promise<void>>> = {
      'set first': (vault) => vault.setPassphrase(first),
      'set second': (vault) => vault.setPassphrase(second),
      'remove passphrase': (vault) => vault.removePassphrase(),
      'some words': (vault) => vault.confirmRecoveryWords(someWords),
      'other words': (vault) => vault.confirmRecoveryWords(otherWords),
      'add passkey': (vault) => vault.addPasskey(passkey).catch(() => {}),
      'remove words': (vault) => removeOne(vault, 'words'),
      'remove passkey': (vault) => removeOne(vault, 'passkey'),
    }
    const secrets: readonly (VaultSecret | undefined)[] = [
      undefined,
      passphrase(first),
      passphrase(second),
      ...wordsOf.map(wordsSecret),
      passkeySecret,
    ]
    const waysInto = (disk: MemoryDisk) => Promise.all(secrets.map((secret) => opens(disk, secret)))
    const steps = fc.array(fc.record({ change: fc.constantFrom(...Object.keys(changes)), cut: fc.nat() }), {
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        let disk = createMemoryDisk()
        await using(disk, async () => {})
        for (const { change, cut } of story) {
          const before = await waysInto(disk)
          const secret = secrets[before.indexOf(true)]
          const points = await crashPoints(crashedCopy(disk), secret, changes[change] ?? (async () => {}))
          const all = await Promise.all(points.map(waysInto))
          const after = all.at(-1)
          for (const [at, ways] of all.entries()) {
            expect(ways.includes(true), change).toBe(true)
            expect([before, after], `${change} ${at}`).toContainEqual(ways)
          }
          disk = points[cut % points.length] ?? disk
        }
      }),
      { numRuns: 60 },
    )
  })

  it('changes nothing when the write fails', async () => {
    const disk = await lockedDisk()
    const store = memoryStore(disk)
    const engine: Store = { ...store, commit: () => Promise.reject(new Error('no room')) }
    const unlock: Unlock = () => passphrase(first)
    const device = deviceOf(disk)
    const { vault } = await openVault({ engine, device, stretch: fakeStretch, random, unlock })
    const before = await vault.slots()
    await expect(vault.setPassphrase(second)).rejects.toThrow('no room')
    await expect(vault.removePassphrase()).rejects.toThrow('no room')
    expect(await vault.slots()).toEqual(before)
    expect(await opens(disk, passphrase(first))).toBe(true)
    expect(await opens(disk)).toBe(false)
  })
})

// ---------------------------------------------------------------- hostile

describe('somebody who writes to the disk', () => {
  it('makes no slot open by changing it, swapping wraps, or renaming kinds', async () => {
    const disk = await lockedDisk()
    const [passphraseSlot, wordsSlot, passkeySlot] = decodeSlotTable(tableBytes(disk))?.slots ?? []
    if (!passphraseSlot || !wordsSlot || !passkeySlot) throw new Error('slots are missing')
    const swapped = crashedCopy(disk)
    changeSlots(swapped, () => [
      { ...passphraseSlot, wrapped: wordsSlot.wrapped },
      { ...wordsSlot, wrapped: passkeySlot.wrapped },
      { ...passkeySlot, wrapped: passphraseSlot.wrapped },
    ])
    for (const secret of [passphrase(first), wordsSecret(someWords), passkeySecret])
      expect(await why(swapped, secret)).toBe('wrong-secret')
  })

  it('cannot make the device fill its memory: a table that asks for it is damaged, and nothing is computed', async () => {
    const disk = await lockedDisk()
    const bytes = tableBytes(disk)
    const cost = [...bytes].findIndex((_, at) => bytes[at] === 0x1a && bytes[at + 1] === 0x00 && bytes[at + 2] === 0x01)
    expect(cost).toBeGreaterThan(0)
    // 65,536 KiB becomes 4 TiB less one.
    bytes.set([0xff, 0xff, 0xff, 0xff], cost + 1)
    const stretch = vi.fn(fakeStretch)
    const opening = openMemoryStorage(disk, random, { unlock: () => passphrase(first), stretch })
    await expect(opening).rejects.toMatchObject({ code: 'damaged' })
    expect(stretch).not.toHaveBeenCalled()
  })

  it('learns nothing from weaker parameters: the passphrase then opens nothing', async () => {
    const disk = await lockedDisk()
    changeSlots(disk, (slots) =>
      slots.map((slot) =>
        slot.parameters.kind === 'passphrase'
          ? { ...slot, parameters: { ...slot.parameters, cost: { memoryKib: 8, passes: 1, lanes: 1 } } }
          : slot,
      ),
    )
    expect(await why(disk, passphrase(first))).toBe('wrong-secret')
    expect(await why(disk, wordsSecret(someWords))).toBe('open')
  })

  it('makes the profile damaged, never new, by cutting the table', async () => {
    const disk = await lockedDisk()
    const whole = tableBytes(disk)
    for (const length of [0, 1, 2, 10, whole.length >> 1, whole.length - 1]) {
      disk.rows.get('.vault')?.set('slots', whole.slice(0, length))
      expect(await why(disk, passphrase(first)), String(length)).toBe('damaged')
    }
    disk.rows.get('.vault')?.delete('slots')
    expect(await why(disk, passphrase(first))).toBe('damaged')
  })

  it('cannot cost the last key with a passphrase of their own: the device keeps its slot', async () => {
    const mine = createMemoryDisk()
    await using(mine, async () => {})
    const table = tableBytes(await lockedDisk())
    mine.rows.get('.vault')?.set('slots', table)
    expect(await why(mine, passphrase(first))).toBe('damaged')
    await expect(using(mine, async () => {}, passphrase(first))).rejects.toMatchObject({ code: 'damaged' })
    mine.rows.get('.vault')?.delete('slots')
    expect(await opens(mine)).toBe(true)
  })

  it('does not take the passphrase off by dropping its slot: whoever gives the words is told, and it is back', async () => {
    const disk = await lockedDisk()
    const whole = tableBytes(disk)
    changeSlots(disk, (slots) => slots.filter(({ parameters: { kind } }) => kind === 'words'))
    await using(
      disk,
      async (vault) => {
        expect(vault.repaired).toBe(true)
        expect((await vault.slots()).map(({ kind }) => kind)).toEqual(['passphrase', 'words', 'passkey'])
      },
      wordsSecret(someWords),
    )
    expect(disk.vaultKey).toBeUndefined()
    expect(tableBytes(disk)).toEqual(whole)
    expect(await why(disk)).toBe('sealed')
    expect(await using(disk, async ({ repaired }) => repaired, passphrase(first))).toBe(false)
  })

  it('does not take it off with a table from before it, nor with a device’s slot from then', async () => {
    const disk = createMemoryDisk()
    await using(disk, (vault) => vault.confirmRecoveryWords(someWords))
    const [table, key] = [tableBytes(disk), disk.vaultKey]
    await using(disk, (vault) => vault.setPassphrase(first))
    for (const rows of [table, undefined]) {
      if (rows === undefined) disk.rows.get('.vault')?.delete('slots')
      else disk.rows.get('.vault')?.set('slots', rows)
      disk.vaultKey = key
      expect(await why(disk)).toBe('sealed')
      expect(await why(disk, passphrase(second))).toBe('wrong-secret')
      expect(await using(disk, async ({ repaired }) => repaired, passphrase(first))).toBe(true)
      expect(disk.vaultKey).toBeUndefined()
      expect(await why(disk)).toBe('sealed')
    }
  })

  it('does not take it off with a sealed copy from before it: of the two, the locked one counts', async () => {
    const disk = createMemoryDisk()
    await using(disk, async () => {})
    const copy = disk.rows.get('.vault')?.get('check') ?? new Uint8Array()
    await using(disk, (vault) => vault.setPassphrase(first))
    disk.rows.get('.vault')?.set('check', copy)
    expect(await using(disk, async ({ repaired }) => repaired, passphrase(first))).toBe(true)
    expect(disk.vaultKey).toBeUndefined()
    expect(await why(disk)).toBe('sealed')
    expect(await using(disk, async ({ repaired }) => repaired, passphrase(first))).toBe(false)
  })

  it('adds no way in, and removes none for good', async () => {
    const disk = createMemoryDisk()
    await using(disk, (vault) => vault.confirmRecoveryWords(someWords))
    const whole = tableBytes(disk)
    changeSlots(disk, () => [])
    expect(await using(disk, async ({ repaired }) => repaired)).toBe(true)
    expect(tableBytes(disk)).toEqual(whole)
    expect(await opens(disk, wordsSecret(someWords))).toBe(true)
  })

  it('makes the profile damaged, never new, by taking or changing the sealed copy', async () => {
    const disk = await lockedDisk()
    const rows = disk.rows.get('.vault')
    const copy = rows?.get('check') ?? new Uint8Array()
    for (const changed of [copy.with(40, (copy[40] ?? 0) ^ 1), copy.slice(0, -1), new Uint8Array()]) {
      rows?.set('check', changed)
      expect(await why(disk, passphrase(first))).toBe('damaged')
    }
    rows?.delete('check')
    expect(await why(disk, passphrase(first))).toBe('damaged')
  })

  it('opens today’s records with an old passphrase and the table from then, once or, with its copy, unnoticed', async () => {
    const disk = createMemoryDisk()
    const storage = await openMemoryStorage(disk, random, { stretch: fakeStretch })
    await storage.vault.setPassphrase(first)
    const rows = disk.rows.get('.vault') ?? new Map<string, Uint8Array>()
    const old = new Map(rows)
    await storage.vault.setPassphrase(second)
    await storage.store.commit([{ kind: 'put', store: 's', key: 'a', value: utf8('written later') }])
    await storage.release()
    const readOldWay = async () => {
      const opened = await openMemoryStorage(disk, random, { unlock: () => passphrase(first), stretch: fakeStretch })
      expect(await opened.store.get('s', 'a')).toEqual(utf8('written later'))
      await opened.release()
      return opened.vault.repaired
    }
    rows.set('slots', old.get('slots') ?? new Uint8Array())
    expect(await readOldWay()).toBe(true)
    expect(await why(disk, passphrase(first))).toBe('wrong-secret')
    expect(await opens(disk, passphrase(second))).toBe(true)
    for (const [key, value] of old) rows.set(key, value)
    expect(await readOldWay()).toBe(false)
  })
})

describe('a row that somebody moved on the disk', () => {
  it('does not open under another key or in another store, nor in another profile', async () => {
    const disk = createMemoryDisk()
    const storage = await openMemoryStorage(disk, random)
    await storage.store.commit([
      { kind: 'put', store: 's', key: 'a', value: utf8('mine') },
      { kind: 'put', store: 's', key: 'b', value: utf8('yours') },
      { kind: 'put', store: 't', key: 'a', value: utf8('elsewhere') },
    ])
    const rows = disk.rows.get('s')
    const others = disk.rows.get('t')
    const row = rows?.get('a')
    if (!rows || !others || !row) throw new Error('rows are missing')
    rows.set('b', row)
    others.set('a', row)
    await expect(storage.store.get('s', 'b')).rejects.toMatchObject({ code: 'damaged' })
    await expect(storage.store.get('t', 'a')).rejects.toMatchObject({ code: 'damaged' })
    await expect(storage.store.list('s')).rejects.toMatchObject({ code: 'damaged' })
    expect(await storage.store.get('s', 'a')).toEqual(utf8('mine'))
    // Of another version of the format: the version is bound as well as written.
    rows.set('a', row.with(0, 2))
    await expect(storage.store.get('s', 'a')).rejects.toMatchObject({ code: 'damaged' })
    await storage.release()

    const other = createMemoryDisk()
    const foreign = await openMemoryStorage(other, random)
    other.rows.set('s', new Map([['a', row]]))
    await expect(foreign.store.get('s', 'a')).rejects.toMatchObject({ code: 'damaged' })
    await foreign.release()
  })

  it('is not noticed when it is put back to what it was, or deleted: only the whole profile could tell', async () => {
    const disk = createMemoryDisk()
    const storage = await openMemoryStorage(disk, random)
    const put = (text: string) => storage.store.commit([{ kind: 'put', store: 's', key: 'a', value: utf8(text) }])
    await put('before')
    const old = disk.rows.get('s')?.get('a') ?? new Uint8Array()
    await put('after')
    disk.rows.get('s')?.set('a', old)
    expect(await storage.store.get('s', 'a')).toEqual(utf8('before'))
    disk.rows.get('s')?.delete('a')
    expect(await storage.store.get('s', 'a')).toBeUndefined()
    await storage.release()
  })
})
