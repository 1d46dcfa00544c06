// The vault as an embedder sees it, on the memory platform with real Argon2id.

import { expect, it } from 'vitest'
import { createMemoryDisk, createMessenger, memoryNetwork, memoryPlatform, StorageError } from '../../src/index.ts'
import type { MemoryDisk, Messenger, Unlock } from '../../src/index.ts'

const network = memoryNetwork()
const open = (disk: MemoryDisk, unlock?: Unlock): Promise<Messenger> =>
  createMessenger({
    platform: memoryPlatform({ network, disk, ...(unlock === undefined ? {} : { unlock }) }),
    relays: ['http://relay.test'],
    profile: { name: 'Ana' },
  })
const kinds = async ({ vault }: Messenger) => (await vault.slots()).map(({ kind }) => kind)

it('locks, asks for the passphrase, and is the same profile behind it', async () => {
  const disk = createMemoryDisk()
  const ana = await open(disk)
  const changes: string[] = []
  ana.addEventListener('change', ({ detail }) => changes.push(detail.what))
  const { fingerprint } = await ana.profile.get()
  await ana.vault.setPassphrase('correct horse battery')
  expect(changes).toEqual(['vault'])
  expect(await kinds(ana)).toEqual(['passphrase'])
  await ana.vault.lock()
  await expect(ana.settings.set({ direct: false })).rejects.toMatchObject({ code: 'closed' })

  await expect(open(disk)).rejects.toMatchObject({ name: 'StorageError', code: 'sealed' })
  await expect(open(disk, () => ({ kind: 'passphrase', passphrase: 'wrong' }))).rejects.toMatchObject({
    code: 'wrong-secret',
  })
  const unlock: Unlock = async (ways) => {
    expect(ways).toEqual([{ kind: 'passphrase' }])
    return { kind: 'passphrase', passphrase: 'correct horse battery' }
  }
  const again = await open(disk, unlock)
  expect((await again.profile.get()).fingerprint).toBe(fingerprint)
  const [slot] = await again.vault.slots()
  await again.vault.removeSlot(slot?.id ?? '')
  expect(await kinds(again)).toEqual(['device'])
  await again.close()
  const open3 = await open(disk)
  await open3.close()
})

it('tells of a passphrase that counts already, when the device did not let go of its own slot', async () => {
  const disk = createMemoryDisk()
  const ana = await open(disk)
  const changes: string[] = []
  ana.addEventListener('change', ({ detail }) => changes.push(detail.what))
  const { vaultKey } = disk
  Object.defineProperty(disk, 'vaultKey', {
    configurable: true,
    get: () => vaultKey,
    set: () => {
      throw new StorageError('unavailable')
    },
  })
  await expect(ana.vault.setPassphrase('correct horse battery')).rejects.toMatchObject({ code: 'unavailable' })
  expect(changes).toContain('vault')
  expect(await kinds(ana)).toEqual(['passphrase'])
  await ana.close()

  Object.defineProperty(disk, 'vaultKey', { configurable: true, writable: true, value: vaultKey })
  await expect(open(disk)).rejects.toMatchObject({ code: 'sealed' })
  await using again = await open(disk, () => ({ kind: 'passphrase', passphrase: 'correct horse battery' }))
  expect(await kinds(again)).toEqual(['passphrase'])
  expect(disk.vaultKey).toBeUndefined()
})

it('refuses what would leave no lock, no way in, or no way to remember', async () => {
  await using ana = await open(createMemoryDisk())
  const passkey = { credentialId: new Uint8Array(16), salt: new Uint8Array(32), secret: new Uint8Array(32) }
  await expect(ana.vault.lock()).rejects.toMatchObject({ name: 'UsageError', code: 'no-passphrase' })
  await expect(ana.vault.addPasskey(passkey)).rejects.toMatchObject({ code: 'no-passphrase' })
  for (const bad of ['', 'seven77', ' '.repeat(2000), 'half \u{d83d} of it'])
    await expect(ana.vault.setPassphrase(bad)).rejects.toMatchObject({ code: 'bad-passphrase' })
  for (const id of ['device', 'none', ''])
    await expect(ana.vault.removeSlot(id)).rejects.toMatchObject({ code: 'unknown-slot' })
  expect(await kinds(ana)).toEqual(['device'])
})

it('keeps recovery words only once they were confirmed, and forgets them when asked', async () => {
  await using ana = await open(createMemoryDisk())
  const words = await ana.vault.createRecoveryWords()
  expect(words).toHaveLength(12)
  expect(await ana.vault.createRecoveryWords({ count: 24 })).toHaveLength(24)
  expect(await kinds(ana)).toEqual(['device'])
  await expect(ana.vault.confirmRecoveryWords(words.slice(1).join(' '))).rejects.toMatchObject({
    code: 'mistyped-words',
  })
  await ana.vault.confirmRecoveryWords(words.join(' '))
  const slot = (await ana.vault.slots()).find(({ kind }) => kind === 'words')
  expect(slot?.createdAt).toBeGreaterThan(0)
  await ana.vault.removeSlot(slot?.id ?? '')
  expect(await kinds(ana)).toEqual(['device'])
})
