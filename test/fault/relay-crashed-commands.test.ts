// What an operator does is killed at each of its steps: start, migration, backup, restore. Done again it comes to its end,
// and nothing half is taken for whole.

import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callRelay } from '../../relay/admin/client.ts'
import { restoreBackup } from '../../relay/backup/restore.ts'
import { expectSoundBooks } from './support/books.ts'
import { chosen } from './support/chosen.ts'
import { makeHousehold, openRelay, sightsOf } from './support/household.ts'
import { startStepped, startSteppedRelay } from './support/stepped.ts'

let household: string
let sights: Readonly<Record<string, unknown>>
let scratch: string
beforeAll(async () => {
  household = await makeHousehold()
  scratch = await mkdtemp(join(tmpdir(), 'safelight-crashed-'))
  sights = await lookAt(join(scratch, 'first'), household)
})
afterAll(async () => {
  for (const folder of [household, scratch]) await rm(folder, { recursive: true, force: true })
})

const path = (name: string): string => join(scratch, name)
const names = async (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => [])

async function copied(source: string, name: string): Promise<string> {
  await rm(path(name), { recursive: true, force: true })
  await cp(source, path(name), { recursive: true })
  return path(name)
}

/** Of a copy, so that the folder stays as it is. */
async function lookAt(copy: string, folder: string): Promise<Readonly<Record<string, unknown>>> {
  await cp(folder, copy, { recursive: true })
  const relay = await openRelay(copy)
  try {
    return await sightsOf(relay.url)
  } finally {
    await relay.stop()
    await expectSoundBooks(copy)
    await rm(copy, { recursive: true, force: true })
  }
}

/** Until its address is printed. */
async function stepsOfStart(folder: string): Promise<number> {
  await using relay = startSteppedRelay(folder)
  await relay.url
  return await relay.steps()
}

describe('killed at each step,', () => {
  it('the first start is no obstacle to the next, and a relay that has a key keeps it', async () => {
    const steps = await stepsOfStart(path('fresh-0'))
    for (const atStep of chosen(steps)) {
      const folder = path(`fresh-${atStep}`)
      await rm(folder, { recursive: true, force: true })
      {
        await using relay = startSteppedRelay(folder, { kind: 'kill', atStep })
        expect(await relay.ended).toMatchObject({ signal: 'SIGKILL' })
      }
      const key = await readFile(join(folder, 'peer.key')).catch(() => undefined)
      const relay = await openRelay(folder)
      await relay.stop()
      const now = await readFile(join(folder, 'peer.key'))
      expect(key === undefined || key.equals(now)).toBe(true)
      await expectSoundBooks(folder)
      expect(await names(folder)).toEqual(['blobs', 'peer.key', 'push.key', 'relay.lock', 'relay.sqlite'])
    }
  }, 600_000)

  it('a migration goes on, and leaves the copy it made before whole', async () => {
    const old = await copied(household, 'old')
    makeOld(join(old, 'relay.sqlite'))
    const steps = await stepsOfStart(await copied(old, 'migrating'))
    for (const atStep of chosen(steps)) {
      const folder = await copied(old, 'migrating')
      {
        await using relay = startSteppedRelay(folder, { kind: 'kill', atStep })
        expect(await relay.ended).toMatchObject({ signal: 'SIGKILL' })
      }
      expect(await lookAt(path('migrated'), folder)).toEqual(sights)
      const relay = await openRelay(folder)
      await relay.stop()
      using copy = new DatabaseSync(join(folder, 'relay.sqlite.v1'), { readOnly: true })
      expect(copy.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
      expect(copy.prepare('SELECT count(*) AS n FROM envelope').get()).toEqual({ n: 5 })
      expect((await names(folder)).filter((name) => name.endsWith('.new'))).toEqual([])
    }
  }, 600_000)

  it('a backup of a running relay is no backup, and the relay starts again', async () => {
    let steps = 0
    {
      const folder = await copied(household, 'running')
      await using relay = startSteppedRelay(folder)
      await relay.url
      await relay.order({ kind: 'count' })
      await callRelay(folder, 'backup', { target: path('whole-backup') })
      steps = await relay.steps()
    }
    for (const atStep of chosen(steps)) {
      const folder = await copied(household, 'running')
      const target = path(`backup-${atStep}`)
      {
        await using relay = startSteppedRelay(folder)
        await relay.url
        await relay.order({ kind: 'kill', atStep })
        await callRelay(folder, 'backup', { target }).catch(() => undefined)
        expect(await relay.ended).toMatchObject({ signal: 'SIGKILL' })
      }
      await expectWholeOrNone(target)
      expect(await lookAt(path('after'), folder)).toEqual(sights)
    }
  }, 600_000)

  it('a backup of a stopped relay is no backup, and can be made again', async () => {
    const steps = await stepsOf('backup', path('whole'), '--data', await copied(household, 'stopped'))
    for (const atStep of chosen(steps)) {
      const folder = await copied(household, 'stopped')
      const target = path(`stopped-${atStep}`)
      await killed(atStep, 'backup', target, '--data', folder)
      await expectWholeOrNone(target)
      await stepsOf('backup', `${target}-again`, '--data', folder)
      await expectWholeOrNone(`${target}-again`)
    }
  }, 600_000)

  it('a restore is refused by the relay until it was run again, which starts it over', async () => {
    const source = path('source')
    await stepsOf('backup', source, '--data', await copied(household, 'data'))
    const steps = await stepsOf('restore', source, '--data', path('restored-0'))
    for (const atStep of chosen(steps)) {
      const folder = path(`restored-${atStep}`)
      await killed(atStep, 'restore', source, '--data', folder)
      const left = await names(folder)
      const isHalf = left.includes('restore.unfinished')
      const start = isHalf ? await openRelay(folder).catch(String) : 'was cut off. Run it again'
      expect(start).toContain('was cut off. Run it again')
      expect((await names(folder)).includes('restore.unfinished')).toBe(isHalf)
      if (isHalf || !left.includes('relay.sqlite')) await restoreBackup({ source, dataDirectory: folder })
      expect(await lookAt(path('after'), folder)).toEqual(sights)
    }
  }, 600_000)
})

async function stepsOf(...args: readonly string[]): Promise<number> {
  const counting = startStepped(args)
  const { code, output } = await counting.ended
  expect([code, output]).toEqual([0, expect.stringContaining(args[0] === 'backup' ? 'Backup in' : 'Restored to')])
  return counting.counted()
}

async function killed(atStep: number, ...args: readonly string[]): Promise<void> {
  expect(await startStepped(args, { kind: 'kill', atStep }).ended).toMatchObject({ signal: 'SIGKILL' })
}

async function expectWholeOrNone(backup: string): Promise<void> {
  const dataDirectory = `${backup}-restored`
  const isWhole = (await names(backup)).includes('backup.json')
  const outcome = await restoreBackup({ source: backup, dataDirectory }).then(
    async () => lookAt(`${backup}-seen`, dataDirectory),
    (error: unknown) => (String(error).includes('holds no whole backup') ? 'refused' : error),
  )
  expect(outcome).toEqual(isWhole ? sights : 'refused')
}

const firstTables = ['mailbox', 'tombstone', 'envelope', 'one_time', 'take', 'blob', 'usage']

/** As version 1 wrote it: without the tables that came later, and without what was not counted then. */
function makeOld(file: string): void {
  using database = new DatabaseSync(file)
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all()
  for (const { name } of tables) if (!firstTables.includes(String(name))) database.exec(`DROP TABLE ${String(name)}`)
  database.exec(`
    UPDATE usage SET
      mailbox_bytes = mailbox_bytes + (SELECT ifnull(sum(length(bitmap) + 256), 0) FROM blob),
      blob_bytes = blob_bytes - (SELECT ifnull(sum(length(bitmap) + 8192), 0) FROM blob);
    UPDATE mailbox SET blob_bytes = blob_bytes - owned.bytes
      FROM (SELECT mailbox AS key, sum(length(bitmap) + 8192) AS bytes FROM blob GROUP BY mailbox) AS owned
      WHERE owned.key = mailbox.key;
    PRAGMA user_version = 1;
  `)
}
