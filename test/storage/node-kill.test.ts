// Real processes, killed with SIGKILL at a moment nobody chose.

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../src/protocol/limits.ts'
import { openNodeStorage } from '../../src/storage/node.ts'
import { blobId, segment } from '../contract/blob-data.ts'
import { seededRandom } from '../protocol/seeded-random.ts'

const child = fileURLToPath(new URL('node-kill-child.ts', import.meta.url))
const random = seededRandom('kill')
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'safelight-kill-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** Starts the child, kills it when it has said `steps` numbers, and gives the last number it said before it died. */
async function runAndKill(work: 'commit' | 'segments', first: number, steps: number): Promise<number> {
  const running = spawn(process.execPath, [child, directory, work, `${first}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = 0
  let last = -1
  for await (const line of createInterface({ input: running.stdout })) {
    last = Number(line)
    if (++said === steps) running.kill('SIGKILL')
  }
  expect(said).toBeGreaterThanOrEqual(steps)
  return last
}

describe('a killed process', () => {
  it('loses no commit that was acknowledged, and leaves none half done', async () => {
    let first = 0
    for (const steps of [1, 7, 40]) {
      const last = await runAndKill('commit', first, steps)
      // No waiting: its lock went with it.
      const { store, release } = await openNodeStorage({ directory, random })
      const rows = await store.list('rows')
      await release()
      const byStep = Map.groupBy(rows, ({ key }) => Number(key.slice(0, 8)))
      for (let step = 0; step <= last; step++) expect(byStep.get(step)?.length, `step ${step}`).toBe(3)
      // The one it was at when it was killed, at most.
      expect(byStep.size).toBeLessThanOrEqual(last + 2)
      for (const [step, group] of byStep) {
        expect(group.length).toBe(3)
        for (const { value } of group) expect(value).toEqual(new Uint8Array(2000).fill(step))
      }
      first = byStep.size
    }
  })

  it('loses no segment that was synced, and claims none that is not whole', async () => {
    let first = 0
    for (const steps of [1, 6, 20]) {
      const last = await runAndKill('segments', first, steps)
      const { blobs, release } = await openNodeStorage({ directory, random })
      const bits = (await blobs.present(blobId(1))) ?? new Uint8Array()
      for (let index = 0; index < 512; index++) {
        const claimed = ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
        const bytes = await blobs.read(blobId(1), index)
        const whole = bytes !== undefined && Buffer.compare(bytes, segment(index, limits.segmentBytes)) === 0
        expect({ index, claimed, whole }).toEqual({ index, claimed: claimed || index <= last, whole: claimed })
      }
      await release()
      first = last + 1
    }
  })

  it('has the profile to itself while it lives', async () => {
    const running = spawn(process.execPath, [child, directory, 'commit'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines = createInterface({ input: running.stdout })[Symbol.asyncIterator]()
    await lines.next()
    await expect(openNodeStorage({ directory, random })).rejects.toMatchObject({ code: 'locked' })
    const waiting = openNodeStorage({ directory, random, wait: true })
    running.kill('SIGKILL')
    const { store, release } = await waiting
    expect((await store.list('rows')).length).toBeGreaterThan(0)
    await release()
  })
})
