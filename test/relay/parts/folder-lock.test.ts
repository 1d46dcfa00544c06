// One program at a time on a data folder, whichever processes they are in.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder, lockName } from '../../../relay/storage/folder-lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safelight-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const inUse = 'The data folder is in use by another relay, backup or restore.'

/** Another process that waits for a line, locks the folder, says whether it could, and ends with its input. */
function startOther() {
  const module = JSON.stringify(pathToFileURL('relay/storage/folder-lock.ts').href)
  const program = `
    const { lockFolder } = await import(${module})
    process.stdout.write('started\\n')
    process.stdin.once('data', () => {
      let said = 'locked'
      try { globalThis.lock = lockFolder(${JSON.stringify(folder)}) } catch (error) { said = error.message }
      process.stdout.write(said + '\\n')
    }).on('end', () => process.exit())`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const line = async () => String((await once(child.stdout, 'data'))[0]).trim()
  return {
    started: line(),
    async lock(): Promise<string> {
      const said = line()
      child.stdin.write('\n')
      return said
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

describe('the lock of a data folder', () => {
  it('keeps out another process, also after this one tried to lock it once more', async () => {
    await using other = startOther()
    await other.started
    using _held = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(inUse)
    expect(await other.lock()).toContain(inUse)
  })

  it('is had by one of two processes that come at once', async () => {
    for (let round = 0; round < 3; round += 1) {
      await rm(join(folder, lockName), { force: true })
      await using first = startOther()
      await using second = startOther()
      await Promise.all([first.started, second.started])
      const said = await Promise.all([first.lock(), second.lock()])
      expect(said.toSorted()).toEqual([expect.stringContaining(inUse), 'locked'])
    }
  })

  it('is free again when its process is killed, or gave it back', async () => {
    {
      await using other = startOther()
      await other.started
      expect(await other.lock()).toBe('locked')
    }
    {
      using _held = lockFolder(folder)
    }
    using _again = lockFolder(folder)
  })

  it('is in a file for its owner only', async () => {
    using _held = lockFolder(folder)
    const { mode, size } = await stat(join(folder, lockName))
    expect([mode & 0o777, size]).toEqual([0o600, 0])
  })
})
