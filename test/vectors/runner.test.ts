// The runner with this implementation, and with programs that misbehave.

import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type VectorCase, loadCases } from './cases.ts'
import { type Outcome, runVectors } from './runner.ts'

const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

async function run(
  command: readonly [string, ...string[]],
  cases: readonly VectorCase[],
  silenceMs = 30_000,
): Promise<Outcome & { failures: string[] }> {
  const lines: string[] = []
  const outcome = await runVectors({ command, cases, silenceMs, print: (line) => void lines.push(line) })
  return { ...outcome, failures: lines.filter((line) => line.startsWith('FAIL')) }
}

const five: VectorCase[] = [1, 2, 3, 4, 5].map((n) => ({
  file: 'none.json',
  id: `none/${n}`,
  operation: 'repeat',
  inputs: { n, text: 'ü' },
  expected: { output: { n, text: 'ü' } },
}))

async function hostile(way: string, silenceMs?: number) {
  return run([process.execPath, program('programs/hostile.ts'), way], five, silenceMs)
}

describe('the vector runner', () => {
  it('finds every frozen vector answered rightly by this implementation', async () => {
    const cases = await loadCases()
    const { passed, failures } = await run([process.execPath, program('adapter.ts')], cases)
    expect(failures).toEqual([])
    expect(passed).toBe(cases.length)
  }, 180_000)

  it('gives every case an id of its own', async () => {
    const ids = (await loadCases()).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('takes answers in any order', async () => {
    expect(await hostile('backwards')).toMatchObject({ passed: 5, failed: 0 })
  })

  it('names the case that was answered wrongly, and goes on', async () => {
    const { passed, failures } = await hostile('wrong')
    expect(passed).toBe(4)
    expect(failures).toEqual([expect.stringContaining('FAIL none/2: repeat: expected {')])
  })

  it('does not take an answer that is both an output and an error', async () => {
    expect(await hostile('both')).toMatchObject({ passed: 4, failed: 1, failures: [expect.stringContaining('or both')] })
  })

  it('names what was not answered by a program that dies', async () => {
    const { passed, failed, failures } = await hostile('dies')
    expect([passed, failed]).toEqual([2, 3])
    for (const failure of failures) expect(failure).toContain('no answer; the program ended with 7')
  })

  it('ends a program that answers nothing any more', async () => {
    const { passed, failures } = await hostile('hangs', 5_000)
    expect(passed).toBe(2)
    expect(failures).toHaveLength(3)
    expect(failures[0]).toContain('no answer; no answer for 5 s')
  })

  it('counts lines that are no answers as failures, and still takes the answers between them', async () => {
    const { passed, failures } = await hostile('garbage')
    expect(passed).toBe(5)
    expect(failures).toHaveLength(3)
    for (const failure of failures) expect(failure).toContain('FAIL output: a line that is no answer')
  })

  it('takes an answer once, and only to what was asked', async () => {
    expect((await hostile('twice')).failures).toEqual([expect.stringContaining('a second answer')])
    expect((await hostile('stranger')).failures).toEqual([expect.stringContaining('nothing that was asked')])
  })

  it('ends a program that writes nothing but rubbish, or a line without an end', async () => {
    const rubbish = await hostile('only garbage')
    expect(rubbish.passed).toBe(0)
    expect(rubbish.failures.at(-1)).toContain('no answer; too many lines that are no answers')
    const endless = await hostile('endless line')
    expect(endless.failures.at(-1)).toContain('no answer; a line without an end')
  })

  it('says when a program cannot be started, or reads nothing', async () => {
    const missing = await run(['/nowhere/at/all'], five)
    expect(missing).toMatchObject({ passed: 0, failed: 5 })
    expect(missing.failures[0]).toContain('the program cannot be started (ENOENT)')
    const deaf = await run([process.execPath, '-e', ''], await loadCases())
    expect(deaf.passed).toBe(0)
    expect(deaf.failures.at(-1)).toContain('the program ended with 0')
  })
})
