// The disk becomes full at each step of storing something: it is refused, nothing of it is there, nothing else is harmed,
// and with room again the same works.

import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postCommand } from '../relay/support/http-client.ts'
import { bytesOf, createTestRelay, mailboxKeys } from '../relay/support/relay.ts'
import { expectSoundBooks } from './support/books.ts'
import { chosen } from './support/chosen.ts'
import { deeds, makeHousehold, sightsOf } from './support/household.ts'
import { startSteppedRelay } from './support/stepped.ts'

const storing = ['a put', 'the first segment of a blob', 'a further segment of a blob', 'a new bundle']
const execute = promisify(execFile)

let household: string
beforeAll(async () => {
  household = await makeHousehold()
})
afterAll(() => rm(household, { recursive: true, force: true }))

describe('a disk that becomes full at each step of', () => {
  it.each(Object.entries(deeds).filter(([name]) => storing.includes(name)))(
    '%s',
    async (_name, deed) => {
      const folder = `${household}-full`
      const steps = await inCopy(folder, async (relay, url) => {
        await relay.order({ kind: 'count' })
        await deed(url)
        return await relay.steps()
      })
      for (const atStep of chosen(steps)) {
        await inCopy(folder, async (relay, url) => {
          const before = await sightsOf(url)
          await relay.order({ kind: 'full', atStep })
          const outcome = await deed(url).then(
            () => 'done',
            (error: unknown) => String(error),
          )
          expect(outcome).toMatch(/^(done|Error: refused: (relay-full|507))$/)
          await relay.order({ kind: 'count' })
          const after = await sightsOf(url)
          expect(outcome === 'done' ? before : after).toEqual(before)
          await deed(url)
          expect(await sightsOf(url)).not.toEqual(before)
        })
        await expectSoundBooks(folder)
        await rm(folder, { recursive: true, force: true })
      }
    },
    600_000,
  )

  async function inCopy<T>(
    folder: string,
    work: (relay: ReturnType<typeof startSteppedRelay>, url: string) => Promise<T>,
  ): Promise<T> {
    await rm(folder, { recursive: true, force: true })
    await cp(household, folder, { recursive: true })
    await using relay = startSteppedRelay(folder)
    return await work(relay, await relay.url)
  }
})

it('a disk that is really full takes nothing more and loses nothing, until there is room', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'safelight-small-'))
  // Mounting needs rights that not everybody has; without them the limit of the relay's own stands for the disk's.
  const isMounted = await execute('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder]).then(
    () => true,
    () => false,
  )
  try {
    const dataDirectory = join(folder, 'data')
    await mkdir(dataDirectory)
    const ballast = join(folder, 'ballast')
    await writeFile(ballast, bytesOf(10_000_000, 1))
    const maxDiskBytes = isMounted ? 1e9 : 2_000_000
    let aheadMs = 0
    const now = () => Date.now() + aheadMs
    await using relay = await createTestRelay({ dataDirectory, maxDiskBytes, now, limits: { freeBytes: 1 } })
    const { readKey, writeKey } = mailboxKeys(1)
    await postCommand(relay.url, { kind: 'open', readKey, tier: 'contact' })
    const put = (fill: number) =>
      postCommand(relay.url, { kind: 'put', writeKey, envelopes: [Uint8Array.of(fill, ...bytesOf(60_000, 1))] })
    const stored: number[] = []
    let fill = 0
    for (let reply = await put(fill); reply.kind === 'stored'; reply = await put(++fill)) stored.push(fill)
    expect(await put(fill)).toEqual({ kind: 'error', code: 'relay-full' })
    expect(stored.length).toBeGreaterThan(5)
    const kept = async () => {
      const reply = await postCommand(relay.url, { kind: 'fetch', readKey, after: 0, limit: 100 })
      return reply.kind === 'envelopes' ? reply.items.map(({ bytes }) => bytes[0]) : reply.kind
    }
    // As many as one answer has.
    const firsts = stored.slice(0, 6)
    expect(await kept()).toEqual(expect.arrayContaining(firsts))
    // It starts all the same, and gives out what it has.
    await relay.restart()
    expect(await kept()).toEqual(expect.arrayContaining(firsts))
    expect(await put(fill)).toEqual({ kind: 'error', code: 'relay-full' })
    await rm(ballast)
    // The relay looks at the disk every few seconds.
    aheadMs = 60_000
    if (!isMounted) await relay.restart({ maxDiskBytes: 3_000_000 })
    expect(await put(fill)).toMatchObject({ kind: 'stored' })
    expect(await kept()).toEqual(expect.arrayContaining(firsts))
    await relay.stop()
  } finally {
    if (isMounted) await execute('umount', [folder])
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)
