import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RelayStore } from '../../relay/storage/store.ts'
import { openSqliteStore } from '../../relay/storage/sqlite/open.ts'
import { relayPushStoreContract } from '../contract/relay-push-store.ts'
import type { RelayStoreWorld } from '../contract/relay-store.ts'
import { relayStoreContract } from '../contract/relay-store.ts'

relayStoreContract('SQLite', createWorld)
relayPushStoreContract('SQLite', createWorld)

async function createWorld(): Promise<RelayStoreWorld> {
  const root = await mkdtemp(join(tmpdir(), 'safelight-store-'))
  let folder = join(root, 'data')
  await mkdir(folder)
  let folders = 0
  let current: RelayStore | undefined
  const openAt = (directory: string): Promise<RelayStore> => {
    current = openSqliteStore(directory, { jobsPerCommit: 8 })
    return Promise.resolve(current)
  }
  return {
    open: () => openAt(folder),
    async crash() {
      // The files as they are while the store is still open: nothing was written by closing it.
      const copy = join(root, `crashed-${folders++}`)
      await cp(folder, copy, { recursive: true })
      await current?.close()
      folder = copy
      return openAt(folder)
    },
    openBackup: openAt,
    async newFolder() {
      return mkdtemp(join(root, 'backup-'))
    },
    close: () => rm(root, { recursive: true, force: true }),
  }
}
