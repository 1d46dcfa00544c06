// What happens before `stored` and 204 are said. A power cut cannot be had in a test; what stands between it and a loss can be
// watched: the mode that the database writes in, and each call that makes a file or a name durable.

import { createRequire, syncBuiltinESMExports } from 'node:module'
import type { FileHandle } from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SegmentFiles } from '../../../relay/blobs/segment-files.ts'
import { openSegmentFiles } from '../../../relay/blobs/segment-files.ts'
import { openSqliteStore } from '../../../relay/storage/sqlite/open.ts'
import { blobUrl, postCommand, putSegment } from '../support/http-client.ts'
import { bytesOf, createTestRelay, mailboxKeys } from '../support/relay.ts'

type Calls = Record<'open' | 'rename', (...args: unknown[]) => Promise<unknown>>

const calls: Calls = createRequire(import.meta.url)('node:fs/promises')
let directory: string
/** What was done, in order, with paths below the folder; `.part` for the changing name of a file that is not whole. */
let steps: string[]
let undo: (() => void)[]
/** Asked before a step; the step waits for it. */
let before: (step: string) => Promise<void> | undefined

const nameOf = (path: unknown): string =>
  relative(directory, String(path)).replace(/\.\d+\.[0-9a-f-]+\.part$/, '.part') || '.'

async function did(step: string): Promise<void> {
  await before(step)
  steps.push(step)
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'safelight-durable-'))
  steps = []
  before = () => undefined
  undo = []
  const replace = (name: keyof Calls, call: (original: Calls['open']) => Calls['open']): void => {
    const original = calls[name]
    calls[name] = call(original)
    undo.push(() => {
      calls[name] = original
    })
  }
  const paths = new WeakMap<object, string>()
  replace('open', (original) => async (path, ...rest) => {
    const handle = (await original(path, ...rest)) as FileHandle
    paths.set(handle, nameOf(path))
    return handle
  })
  replace('rename', (original) => async (from, to) => {
    await did(`rename ${nameOf(from)} ${nameOf(to)}`)
    return original(from, to)
  })
  const some = await calls.open('/dev/null')
  const prototype = Object.getPrototypeOf(some) as Pick<FileHandle, 'sync' | 'datasync' | 'writeFile'>
  await (some as FileHandle).close()
  for (const name of ['sync', 'datasync', 'writeFile'] as const) {
    const original = prototype[name] as (...args: unknown[]) => Promise<void>
    prototype[name] = async function (this: object, ...args: unknown[]) {
      const path = paths.get(this)
      if (path !== undefined) await did(`${name === 'writeFile' ? 'write' : 'sync'} ${path}`)
      return original.apply(this, args)
    }
    undo.push(() => {
      Object.assign(prototype, { [name]: original })
    })
  }
  syncBuiltinESMExports()
})
afterEach(async () => {
  for (const back of undo.toReversed()) back()
  syncBuiltinESMExports()
  vi.restoreAllMocks()
  await rm(directory, { recursive: true, force: true })
})

describe('a segment', () => {
  let files: SegmentFiles
  beforeEach(async () => {
    files = await openSegmentFiles(directory)
    steps = []
  })

  it('is durable, and then its name, and that of its folder', async () => {
    await files.write(7, 3, bytesOf(1000, 1))
    expect(steps).toEqual([
      'sync blobs/07',
      'sync blobs',
      'write blobs/07/7/3.part',
      'sync blobs/07/7/3.part',
      'rename blobs/07/7/3.part blobs/07/7/3',
      'sync blobs/07/7',
    ])
  })

  it('is so too beside others in its folder', async () => {
    await files.write(7, 3, bytesOf(1000, 1))
    steps = []
    await files.write(7, 4, bytesOf(1000, 1))
    expect(steps).toEqual([
      'write blobs/07/7/4.part',
      'sync blobs/07/7/4.part',
      'rename blobs/07/7/4.part blobs/07/7/4',
      'sync blobs/07/7',
    ])
  })
})

describe('204', () => {
  it.each(['its bytes are', 'its name is'])(
    'is not said before %s durable, nor is the segment given out',
    async (what) => {
      await using relay = await createTestRelay()
      directory = relay.dataDirectory
      const { readKey, writeKey } = mailboxKeys(1)
      await postCommand(relay.url, { kind: 'open', readKey, tier: 'contact' })
      const reached = Promise.withResolvers<'reached'>()
      const held = Promise.withResolvers<void>()
      const step = what === 'its bytes are' ? /^sync .*\.part$/ : /^sync blobs\/\w+\/\d+$/
      before = async (next) => {
        if (!step.test(next)) return
        reached.resolve('reached')
        await held.promise
      }
      const blobId = bytesOf(32, 1)
      const putting = putSegment(relay.url, { blobId, segment: 0, segments: 1, writeKey, bytes: bytesOf(500, 1) })
      expect(await Promise.race([reached.promise, putting.then(() => 'answered')])).toBe('reached')
      expect((await fetch(blobUrl(relay.url, blobId, 0))).status).toBe(404)
      held.resolve()
      expect((await putting).status).toBe(204)
      expect((await fetch(blobUrl(relay.url, blobId, 0))).status).toBe(200)
    },
  )
})

describe('the database', () => {
  it('waits for the disk with each commit', async () => {
    const executed = vi.spyOn(DatabaseSync.prototype, 'exec')
    const store = openSqliteStore(directory, { jobsPerCommit: 8 })
    try {
      const database = executed.mock.contexts
        .filter((context) => context instanceof DatabaseSync)
        .findLast((candidate) => candidate.isOpen && candidate.location() !== null)
      if (database === undefined) throw new Error('no database was opened')
      // 2 is FULL: a commit syncs the journal. NORMAL (1) does not, and OFF (0) never syncs anything.
      expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
      expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
      // It is the connection that the store writes with.
      const statements = vi.spyOn(database, 'prepare')
      await store.check()
      expect(statements).toHaveBeenCalled()
    } finally {
      await store.close()
    }
  })
})
