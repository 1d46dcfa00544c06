// A relay is killed at each step of what it does for people: what it answered is there afterwards, what it did not answer
// is there wholly or not at all, and it goes on as if nothing had been.

import { cp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callRelay } from '../../relay/admin/client.ts'
import { startRelay } from '../../relay/server.ts'
import { expectSoundBooks } from './support/books.ts'
import { dayMs, deeds, makeHousehold, openRelay, sightsOf } from './support/household.ts'
import { chosen } from './support/chosen.ts'
import { startSteppedRelay } from './support/stepped.ts'

let household: string
beforeAll(async () => {
  household = await makeHousehold()
})
afterAll(() => rm(household, { recursive: true, force: true }))

/** A copy of the household for one death. */
async function withCopy<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = `${household}-copy`
  await cp(household, folder, { recursive: true })
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Path of settings by which a relay removes one envelope at a time. */
async function inPortions(folder: string): Promise<string> {
  const path = join(folder, 'relay.toml')
  await writeFile(path, '[limits]\nsweep-rows = 1\n')
  return path
}

describe('a relay that is killed at each step of', () => {
  it.each(Object.entries(deeds))(
    '%s',
    async (_name, deed) => {
      const { before, after, steps } = await withCopy(async (folder) => {
        await using relay = startSteppedRelay(folder)
        const url = await relay.url
        const seen = await sightsOf(url)
        await relay.order({ kind: 'count' })
        await deed(url)
        const counted = await relay.steps()
        return { before: seen, after: await sightsOf(url), steps: counted }
      })
      expect(after).not.toEqual(before)

      for (const atStep of chosen(steps)) {
        await withCopy(async (folder) => {
          let isAnswered = false
          {
            await using relay = startSteppedRelay(folder)
            const url = await relay.url
            await relay.order({ kind: 'kill', atStep })
            isAnswered = await deed(url).then(
              () => true,
              () => false,
            )
          }
          const relay = await openRelay(folder)
          try {
            const found = await sightsOf(relay.url)
            expect(isAnswered ? [after] : [before, after], `killed at step ${atStep}`).toContainEqual(found)
            await deed(relay.url)
            expect(await sightsOf(relay.url)).toEqual(after)
            await relay.sweep()
          } finally {
            await relay.stop()
          }
          await expectSoundBooks(folder)
        })
      }
    },
    600_000,
  )

  it('the removal of a mailbox that was closed with much in it', async () => {
    const isEmpty = async (folder: string): Promise<boolean> => {
      const quota = await callRelay(folder, 'quota').catch(() => undefined)
      // One mailbox with one envelope, and the id of the other.
      return quota?.['mailboxBytes'] === 256 + (256 + 4096) + 256
    }
    const close = deeds['the closing of a full mailbox']
    if (close === undefined) throw new Error('no such deed')
    const steps = await withCopy(async (folder) => {
      await using relay = startSteppedRelay(folder, undefined, '--config', await inPortions(folder))
      const url = await relay.url
      await relay.order({ kind: 'count' })
      await close(url)
      await expect.poll(() => isEmpty(folder), { timeout: 30_000 }).toBe(true)
      return await relay.steps()
    })
    for (const atStep of chosen(steps)) {
      await withCopy(async (folder) => {
        let isAnswered = false
        {
          await using relay = startSteppedRelay(folder, undefined, '--config', await inPortions(folder))
          const url = await relay.url
          await relay.order({ kind: 'kill', atStep })
          isAnswered = await close(url).then(
            () => true,
            () => false,
          )
          let hasEnded = false
          void relay.ended.then(() => (hasEnded = true))
          await expect.poll(async () => hasEnded || (await isEmpty(folder)), { timeout: 30_000 }).toBe(true)
        }
        const relay = await openRelay(folder)
        try {
          const { home } = await sightsOf(relay.url)
          expect(isAnswered ? ['gone'] : ['1 2 3 4', 'gone'], `killed at step ${atStep}`).toContain(home)
          await close(relay.url)
          expect(await sightsOf(relay.url)).toMatchObject({ home: 'gone', other: '9' })
          await relay.sweep()
        } finally {
          await relay.stop()
        }
        using database = new DatabaseSync(join(folder, 'relay.sqlite'))
        expect(database.prepare('SELECT count(*) AS n FROM envelope').get()).toEqual({ n: 1 })
        await expectSoundBooks(folder)
      })
    }
  }, 600_000)

  it('an acknowledgement that goes in portions, from the first of them to the last', async () => {
    const ack = deeds['an acknowledgement of several']
    if (ack === undefined) throw new Error('no such deed')
    const steps = await withCopy(async (folder) => {
      await using relay = startSteppedRelay(folder, undefined, '--config', await inPortions(folder))
      const url = await relay.url
      await relay.order({ kind: 'count' })
      await ack(url)
      return await relay.steps()
    })
    for (const atStep of chosen(steps)) {
      await withCopy(async (folder) => {
        let isAnswered = false
        {
          await using relay = startSteppedRelay(folder, undefined, '--config', await inPortions(folder))
          const url = await relay.url
          await relay.order({ kind: 'kill', atStep })
          isAnswered = await ack(url).then(
            () => true,
            () => false,
          )
        }
        const relay = await openRelay(folder)
        try {
          const { home } = await sightsOf(relay.url)
          const half = ['1 2 3 4', '2 3 4', '3 4']
          expect(isAnswered ? ['4'] : [...half, '4'], `killed at step ${atStep}`).toContain(home)
          await ack(relay.url)
          expect(await sightsOf(relay.url)).toMatchObject({ home: '4', other: '9' })
        } finally {
          await relay.stop()
        }
        await expectSoundBooks(folder)
      })
    }
  }, 600_000)

  it('the removal of what has expired', async () => {
    const aheadMs = 10 * dayMs
    const oftenSwept = async (folder: string): Promise<string> => {
      const path = join(folder, 'relay.toml')
      await writeFile(path, '[limits]\nsweep-time = "50ms"\n')
      return path
    }
    const hasBlobs = async (folder: string): Promise<boolean> =>
      (await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true })).some((entry) => entry.isFile())
    const steps = await withCopy(async (folder) => {
      await using relay = startSteppedRelay(folder, undefined, '--config', await oftenSwept(folder))
      await relay.url
      await relay.order({ kind: 'count', shiftMs: aheadMs })
      await expect.poll(() => hasBlobs(folder), { timeout: 30_000 }).toBe(false)
      return await relay.steps()
    })
    for (const atStep of chosen(steps)) {
      await withCopy(async (folder) => {
        {
          await using relay = startSteppedRelay(folder, undefined, '--config', await oftenSwept(folder))
          await relay.url
          await relay.order({ kind: 'kill', atStep, shiftMs: aheadMs })
          expect(await relay.ended).toMatchObject({ signal: 'SIGKILL' })
        }
        let passedMs = 0
        const clocks = { now: () => Date.now() + aheadMs + passedMs, monotonicNow: () => passedMs }
        const relay = await startRelay({
          port: 0,
          host: '127.0.0.1',
          dataDirectory: folder,
          logLevel: 'silent',
          ...clocks,
        })
        try {
          expect(await sightsOf(relay.url)).toMatchObject({ home: '4', other: '9', old: ['404', '404'], pool: 0 })
          await relay.sweep()
          passedMs += 2 * dayMs
          await relay.sweep()
          expect(await hasBlobs(folder)).toBe(false)
        } finally {
          await relay.stop()
        }
        await expectSoundBooks(folder)
      })
    }
  }, 600_000)
})
